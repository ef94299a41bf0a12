"""The few fields of a new session."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.domain.free_text import Family, FreeTextGuard
from desktop.ui.free_text import guard_field
from desktop.ui.kit import (
    Card,
    Choice,
    DateField,
    Flow,
    LabeledField,
    LineField,
    PrimaryButton,
    SecondaryButton,
    TimeField,
    answer_main_key,
    row,
)
from desktop.ui.kit.typed import SmallForm
from desktop.ui.kit.typed import Typed as Words
from desktop.ui.text import duration
from desktop.ui.workshops.viewmodel import Typed, WorkshopsState, WorkshopsViewModel
from protocol.kinds.programmes import WorkshopTheme

_TITLE_LIMIT = 120
_LENGTHS = (60, 90, 120, 150, 180, 240, 360)
_USUAL_LENGTH = 120
_WATCHED = frozenset({Family.JUDGEMENT, Family.NIR, Family.BANK})
"""In a title: « diabète » may well be the subject of a workshop, which is about nobody."""


class SessionForm(Card, SmallForm):
    """Enter announces the workshop, Esc closes the form."""

    closed = Signal()

    def __init__(
        self,
        viewmodel: WorkshopsViewModel,
        guard: FreeTextGuard | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``guard`` says, under the title, what had better not be written there."""
        super().__init__(parent=parent)
        self._viewmodel = viewmodel
        self.set_title(self.tr("Nouvel atelier"))
        self.title = LineField(limit=_TITLE_LIMIT)
        self.theme = Choice([(theme.value, theme.label) for theme in WorkshopTheme])
        self.day = DateField(lambda: viewmodel.state.today)
        self.at = TimeField()
        self.length = Choice([(str(minutes), duration(minutes)) for minutes in _LENGTHS])
        self.place = Choice()
        self.capacity = LineField(limit=3)
        self.fields = {
            "title": LabeledField(self.tr("Titre"), self.title),
            "theme": LabeledField(self.tr("Thème"), self.theme),
            "day": LabeledField(self.tr("Date"), self.day),
            "at": LabeledField(self.tr("Heure"), self.at),
            "minutes": LabeledField(self.tr("Durée"), self.length),
            "place": LabeledField(self.tr("Lieu"), self.place),
            "capacity": LabeledField(self.tr("Places"), self.capacity),
        }
        self._kept: Words | None = None
        guard_field(self.fields["title"], guard, _WATCHED)
        self.save = PrimaryButton(self.tr("Annoncer l’atelier"))
        self.leave = SecondaryButton(self.tr("Annuler"))
        lines = (("title",), ("theme", "place"), ("day", "at"), ("minutes", "capacity"))
        for names in lines:
            side_by_side = row(*(self.fields[name] for name in names), gap=12)
            for at in range(len(names)):
                side_by_side.setStretch(at, 1)
            self.add(side_by_side)
        self.add(Flow(self.save, self.leave, gap=8))
        self.save.clicked.connect(self._submit)
        answer_main_key(self, self.save)
        self.leave.clicked.connect(self.close_form)
        for field in (self.title, self.day, self.at, self.capacity):
            field.returnPressed.connect(self._submit)
        self.hide()

    @property
    def stops(self) -> list[QWidget]:
        """Where the Tab key stops, in the order of reading."""
        first = (self.title, self.theme, self.place, self.day, self.at, self.length, self.capacity)
        return [*first, self.save, self.leave]

    @property
    def form_name(self) -> str:
        return type(self).__name__

    def typed_fields(self) -> Mapping[str, QWidget]:
        return {name: field.field for name, field in self.fields.items()}

    def typed(self) -> Words | None:
        """Return what is written, while the form is open or is to be opened again."""
        return self._kept or (None if self.isHidden() else self.words())

    def keep(self, typed: Words) -> None:
        """What was typed before a lock comes back once the lieux have been read."""
        self._kept = typed

    def open_form(self) -> None:
        if not self.isHidden():
            return
        places = [("", self.tr("À préciser"))]
        places += [(place.id, place.name) for place in self._viewmodel.state.places]
        self.place.set_choices(places)
        for field in (self.title, self.day, self.at):
            field.clear()
        self.length.set_value(str(_USUAL_LENGTH))
        self.capacity.set_value("10")
        self._viewmodel.forget_problems()
        self.show()
        self.title.setFocus()

    def close_form(self) -> None:
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def show_state(self, state: WorkshopsState) -> None:
        """Says under each field why it cannot be accepted; the first one gets the keyboard."""
        if self._kept is not None and state.sessions is not None:
            kept, self._kept = self._kept, None
            self.open_form()
            self.write(kept)
        new = [key for key, field in self.fields.items() if state.problems.get(key)]
        known = any(field.problem for field in self.fields.values())
        for key, field in self.fields.items():
            field.show_problem(state.problems.get(key, ""))
        if new and not known:
            self.fields[new[0]].setFocus()

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the window, unless there is a form to close first.
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_form()
        else:
            super().keyPressEvent(event)

    def _submit(self) -> None:
        capacity = self.capacity.value.strip()
        self._viewmodel.create(
            Typed(
                title=self.title.value,
                theme=WorkshopTheme(self.theme.value),
                day=self.day.value,
                at=self.at.value,
                minutes=int(self.length.value),
                place=self.place.value,
                capacity=int(capacity) if capacity.isdecimal() else None,
            )
        )
