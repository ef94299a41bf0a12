"""The cards of the page: accompaniments, relays, needs without an answer, drafts."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.config.clock import paris
from desktop.services.record_drafts import RecordDraftLine
from desktop.ui.kit import (
    Card,
    Choice,
    Flow,
    LabeledField,
    Secondary,
    SecondaryButton,
    draft_kept,
)
from desktop.ui.kit.filling import FieldRow
from desktop.ui.kit.typed import SmallForm, Typed
from desktop.ui.person_records import words
from desktop.ui.person_records.lines import Line, Lines
from desktop.ui.person_records.state import RecordsReading, RecordsState
from desktop.ui.person_records.viewmodel import PersonRecordsViewModel
from protocol.ids import RecordId
from protocol.kinds.care import NeedReason
from protocol.kinds.follow_ups import Theme
from protocol.kinds.people import Job

_USUAL_THEMES = {
    Job.MOBILITY_ADVISOR: Theme.MOBILITY,
    Job.PSYCHOLOGIST: Theme.PSYCHIC_HEALTH,
    Job.NURSE: Theme.HEALTH,
}
"""What the need of each profession is about, most of the time."""
_FIELD_PX = 150


class CareCard(Card):
    """« Soins et accompagnements »: where the nurse went with the person; never why."""

    start_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("Soins et accompagnements"))
        self.none = Secondary(self.tr("Aucun accompagnement noté."))
        self.lines = Lines()
        self.new = SecondaryButton(self.tr("Nouvel accompagnement"))
        self.new.clicked.connect(self.start_asked)
        for part in (self.none, self.lines, Flow(self.new)):
            self.add(part)
        self.body.addStretch(1)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where the Tab key stops, in reading order."""
        return (*self.lines.stops, self.new)

    def show_read(self, state: RecordsState, read: RecordsReading) -> None:
        today = state.now.date()
        self.none.setVisible(not read.care)
        # It is written in the follow-up of the nurse.
        self.new.setVisible(read.job is Job.NURSE)
        self.lines.show_lines(
            [
                Line(
                    key=line.id,
                    title=words.care_title(line, today),
                    about=words.care_about(line),
                    mark=words.care_mark(line),
                    texts=((self.tr("Obstacle"), line.obstacle),) if line.obstacle else (),
                )
                for line in read.care
            ]
        )


class RelaysCard(Card):
    """« Relais »: towards whom, since when, and what was answered."""

    new_asked = Signal()
    open_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("Relais"))
        self.none = Secondary(self.tr("Aucun relais demandé."))
        self.lines = Lines()
        self.lines.acted.connect(self.open_asked)
        self.new = SecondaryButton(self.tr("Nouveau relais"), shortcut="Alt+R")
        self.new.clicked.connect(self.new_asked)
        for part in (self.none, self.lines, Flow(self.new)):
            self.add(part)
        self.body.addStretch(1)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where the Tab key stops, in reading order."""
        return (*self.lines.stops, self.new)

    def show_read(self, read: RecordsReading) -> None:
        self.none.setVisible(not read.relays)
        self.lines.show_lines(
            [
                Line(
                    key=line.id,
                    title=words.relay_title(line),
                    about=words.relay_about(line),
                    mark=words.relay_mark(line),
                    texts=(
                        (self.tr("Demande"), line.request),
                        (self.tr("Réponse reçue"), line.answer),
                    ),
                    act=self.tr("Noter la réponse") if line.waits else self.tr("Ouvrir"),
                )
                for line in read.relays
            ]
        )


class NeedsCard(Card, SmallForm):
    """« Besoins sans réponse »: a theme, a reason, and it is noted where the person lives."""

    def __init__(self, viewmodel: PersonRecordsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._viewmodel = viewmodel
        self._job: Job | None = None
        self._kept: Typed | None = None
        self._untouched: Typed | None = None
        self.set_title(self.tr("Besoins sans réponse"))
        self.theme = Choice()
        self.reason = Choice([(reason.value, reason.label) for reason in NeedReason])
        self.theme_field = LabeledField(self.tr("Thème"), self.theme)
        self.note = SecondaryButton(self.tr("Noter ce besoin"), shortcut="Alt+B")
        self.note.clicked.connect(self._note)
        self.lines = Lines()
        self.lines.acted.connect(lambda need: viewmodel.remove_need(RecordId(need)))
        reason = LabeledField(self.tr("Raison"), self.reason)
        self.add(FieldRow((self.theme_field, _FIELD_PX), (reason, _FIELD_PX)))
        self.add(Flow(self.note))
        self.add(self.lines)
        self.body.addStretch(1)
        viewmodel.noted.connect(self._begin_again)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where the Tab key stops, in reading order."""
        return (self.theme, self.reason, self.note, *self.lines.stops)

    def show_read(self, state: RecordsState, read: RecordsReading) -> None:
        if self._job is not read.job:
            self._job = read.job
            self._begin_again()
        if self._kept is not None:
            kept, self._kept = self._kept, None
            self.write(kept)
        self.theme_field.show_problem(state.need_problem)
        self.lines.show_lines(
            [
                Line(
                    key=line.id,
                    title=line.theme.label,
                    about=words.need_about(line),
                    act=self.tr("Retirer") if line.mine else "",
                )
                for line in read.needs
            ]
        )

    @property
    def form_name(self) -> str:
        return type(self).__name__

    def typed_fields(self) -> Mapping[str, QWidget]:
        return {"theme": self.theme, "reason": self.reason}

    def typed(self) -> Typed | None:
        """Return what was chosen and is not noted yet."""
        words = self.words()
        is_chosen = self._untouched is not None and words.fields != self._untouched.fields
        return self._kept or (words if is_chosen else None)

    def keep(self, typed: Typed) -> None:
        """What was chosen before a lock comes back when the records are read."""
        self._kept = typed

    def _note(self) -> None:
        theme = Theme(self.theme.value) if self.theme.value else None
        self._viewmodel.note_need(theme, NeedReason(self.reason.value))

    def _begin_again(self) -> None:
        usual = _USUAL_THEMES.get(self._job) if self._job is not None else None
        none = [] if usual is not None else [("", self.tr("Choisir…"))]
        self.theme.set_choices(
            [*none, *((theme.value, theme.label) for theme in Theme)],
            value=usual.value if usual is not None else "",
        )
        self.reason.set_value(NeedReason.NO_OFFER.value)
        self._untouched = self.words()


class DraftsCard(Card):
    """What was begun here and is not finished."""

    resume_asked = Signal(str, str)
    """The kind, and the record it will be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("Brouillons"))
        self.lines = Lines()
        self.lines.acted.connect(self._resume)
        self._kinds: dict[str, str] = {}
        self.add(self.lines)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where the Tab key stops, in reading order."""
        return self.lines.stops

    def show_drafts(self, drafts: Sequence[RecordDraftLine], state: RecordsState) -> None:
        self._kinds = {draft.target: draft.kind for draft in drafts}
        self.setVisible(bool(drafts))
        self.lines.show_lines(
            [
                Line(
                    key=draft.target,
                    title=draft.label,
                    about=draft_kept(paris(draft.saved_at), state.now),
                    act=self.tr("Reprendre"),
                )
                for draft in drafts
            ]
        )

    def _resume(self, target: str) -> None:
        self.resume_asked.emit(self._kinds[target], target)
