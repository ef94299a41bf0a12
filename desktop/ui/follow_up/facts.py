"""The first card: where, when, how long, who came, how; and what was talked about."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.config.clock import PARIS, paris
from desktop.services.directory import PlaceLine
from desktop.ui.follow_up import words
from desktop.ui.follow_up.durations import read_minutes
from desktop.ui.follow_up.pen import Pen
from desktop.ui.follow_up.state import EditorState
from desktop.ui.kit import (
    Card,
    Chips,
    Choice,
    DateField,
    LabeledField,
    LineField,
    LinkButton,
    TimeField,
    row,
)
from desktop.ui.kit.filling import FieldRow
from desktop.ui.text import duration
from protocol.ids import PlaceId
from protocol.kinds.agenda import AppointmentStatus
from protocol.kinds.follow_ups import Medium, Theme

USUAL_THEMES = (
    Theme.PSYCHIC_HEALTH,
    Theme.SOCIAL_LINK,
    Theme.MOBILITY,
    Theme.HOUSING,
    Theme.DIGITAL,
    Theme.CHILDCARE,
    Theme.LANGUAGE,
    Theme.RIGHTS,
)
"""Shown first; the others come with « Plus de thèmes », or when one of them was chosen."""


class FactsCard(Card):
    """Prefilled from the appointment, so that an ordinary follow-up leaves it alone."""

    def __init__(self, pen: Pen, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._pen = pen
        self._shows_all_themes = False
        self.place = Choice()
        self.day = DateField(today)
        self.start = TimeField()
        self.length = LineField(limit=20, hint=self.tr("min"))
        self.presence = Choice(words.presences())
        self.medium = Choice(words.media())
        self.themes = Chips()
        self.more_themes = LinkButton(self.tr("Plus de thèmes"))
        self.fields = {
            "place": LabeledField(self.tr("Lieu"), self.place),
            "day": LabeledField(self.tr("Jour"), self.day),
            "starts_at": LabeledField(self.tr("Début"), self.start),
            "minutes": LabeledField(self.tr("Durée"), self.length),
            "presence": LabeledField(self.tr("Présence"), self.presence),
            "medium": LabeledField(self.tr("Modalité"), self.medium),
            "themes": LabeledField(self.tr("Thèmes abordés"), self.themes),
        }
        least = {"place": 176, "day": 165, "starts_at": 72, "minutes": 72, "presence": 100}
        facts = [(field, least.get(name, 150)) for name, field in self.fields.items()]
        self.add(FieldRow(*facts[:-1]))
        themes = row(self.fields["themes"], self.more_themes)
        themes.setStretch(0, 1)
        themes.setAlignment(self.more_themes, Qt.AlignmentFlag.AlignBottom)
        self.add(themes)
        self._listen()

    def show_form(self, state: EditorState) -> None:
        """Shows a form that did not come from these fields."""
        form = state.form
        if form is None:
            return
        local = paris(form.starts_at)
        self.place.set_choices(place_choices(state.places, form.place, self.tr("Sans lieu")))
        self.place.set_value(form.place or "")
        # An appointment has its day already; a spontaneous meeting may be told the day after.
        self.fields["day"].setVisible(form.appointment is None)
        self.day.set_value(local.date())
        self.start.set_value(local.time())
        self.length.set_value(duration(form.minutes))
        self.presence.set_value(form.presence.value)
        self.medium.set_value(form.medium.value)
        self._show_themes(form.themes, everything=False)

    def fold(self, folded: bool) -> None:
        """Puts the themes away when nobody was there to talk."""
        self.fields["themes"].setVisible(not folded)
        self.more_themes.setVisible(not folded and not self._shows_all_themes)

    def _show_themes(self, chosen: Iterable[Theme], *, everything: bool) -> None:
        taken = frozenset(chosen)
        shown = [theme for theme in Theme if everything or theme in taken or theme in USUAL_THEMES]
        usual_first = sorted(shown, key=lambda theme: theme not in USUAL_THEMES)
        self._shows_all_themes = len(shown) == len(Theme)
        self.themes.set_choices(
            [(theme.value, theme.label) for theme in usual_first],
            value=[theme.value for theme in taken],
        )
        self.themes.setAccessibleName(self.tr("Thèmes abordés"))
        self._order_tab()
        self.more_themes.setVisible(not self._shows_all_themes)

    def _order_tab(self) -> None:
        """New chips come last for the Tab key; they belong between the facts and the link."""
        before: QWidget = self.medium
        for stop in (*self.themes.findChildren(QPushButton), self.more_themes):
            QWidget.setTabOrder(before, stop)
            before = stop

    def _show_all_themes(self) -> None:
        chosen = [Theme(key) for key in self.themes.value]
        self._show_themes(chosen, everything=True)
        self.themes.setFocus(Qt.FocusReason.TabFocusReason)

    def _listen(self) -> None:
        self.more_themes.clicked.connect(self._show_all_themes)
        self.place.chosen.connect(
            lambda key: self._pen.edit(
                lambda form: replace(form, place=PlaceId(key) if key else None)
            )
        )
        self.day.value_changed.connect(lambda _: self._moment_typed())
        self.start.value_changed.connect(lambda _: self._moment_typed())
        self.length.value_changed.connect(lambda _: self._length_typed())
        self.length.editingFinished.connect(self._write_length_out)
        self.presence.chosen.connect(
            lambda key: self._pen.edit(lambda form: replace(form, presence=AppointmentStatus(key)))
        )
        self.medium.chosen.connect(
            lambda key: self._pen.edit(lambda form: replace(form, medium=Medium(key)))
        )
        self.themes.value_changed.connect(
            lambda keys: self._pen.edit(
                lambda form: replace(form, themes=frozenset(Theme(key) for key in keys))
            )
        )

    def _moment_typed(self) -> None:
        day, start = self.day.value, self.start.value
        self._pen.misread("day", is_misread=day is None)
        self._pen.misread("starts_at", is_misread=start is None)
        if day is not None and start is not None:
            at = at_local(day, start)
            self._pen.edit(lambda form: replace(form, starts_at=at))

    def _length_typed(self) -> None:
        minutes = read_minutes(self.length.value)
        self._pen.misread("minutes", is_misread=minutes is None)
        if minutes is not None:
            self._pen.edit(lambda form: replace(form, minutes=minutes))

    def _write_length_out(self) -> None:
        minutes = read_minutes(self.length.value)
        if minutes is not None:
            self.length.set_value(duration(minutes))


def place_choices(
    places: tuple[PlaceLine, ...], current: PlaceId | None, nowhere: str
) -> list[tuple[str, str]]:
    """The places in use, and the one of this meeting even when it was closed since."""
    choices = [("", nowhere), *((place.id, place.name) for place in places)]
    if current and all(key != current for key, _ in choices):
        choices.append((current, "—"))
    return choices


def at_local(day: date, at: time) -> datetime:
    """A moment of the Département's time."""
    return datetime.combine(day, at, PARIS)
