"""The last card: when to meet again, where to send, and who does what for the team."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from PySide6.QtWidgets import QWidget

from desktop.config.clock import paris
from desktop.ui.follow_up import words
from desktop.ui.follow_up.facts import at_local, place_choices
from desktop.ui.follow_up.pen import Pen
from desktop.ui.follow_up.state import EditorState
from desktop.ui.follow_up.words import LINE_LIMIT
from desktop.ui.foreseen import warnings_of
from desktop.ui.kit import (
    Card,
    Choice,
    DateField,
    LabeledField,
    LineField,
    Notice,
    Secondary,
    TimeField,
)
from desktop.ui.kit.filling import FieldRow
from desktop.ui.theme import Role
from protocol.ids import PlaceId
from protocol.kinds.follow_ups import StepOwner


class NextStepsCard(Card):
    """Proposed by the rhythm of the person; emptied, nothing is planned."""

    def __init__(self, pen: Pen, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._pen = pen

        self.day = DateField(today)
        self.hour = TimeField()
        self.place = Choice()
        self.orientation = LineField(limit=LINE_LIMIT)
        self.step = LineField(limit=LINE_LIMIT)
        self.due = DateField(today)
        self.owner = Choice(
            [("", self.tr("À préciser")), *((who.value, who.label) for who in StepOwner)]
        )
        self.fields = {
            "next_at": LabeledField(self.tr("Prochain rendez-vous"), self.day),
            "next_hour": LabeledField(self.tr("Heure"), self.hour),
            "next_place": LabeledField(self.tr("Lieu du prochain rendez-vous"), self.place),
            "orientation": LabeledField(self.tr("Orientation proposée"), self.orientation),
            "next_step": LabeledField(self.tr("Étape pour l’équipe"), self.step),
            "next_step_owner": LabeledField(self.tr("Qui s’en charge"), self.owner),
            "next_step_due": LabeledField(self.tr("Pour le"), self.due),
        }
        self._meeting = FieldRow(
            (self.fields["next_at"], 170), (self.fields["next_hour"], 80),
            (self.fields["next_place"], 180),
        )  # fmt: skip
        self._today = today
        self._planned = Secondary(small=True)
        self.warnings = Notice(role=Role.PENDING)
        """What the next appointment would run into; it stops nothing."""
        self._step = FieldRow(
            (self.fields["next_step"], 220), (self.fields["next_step_owner"], 130),
            (self.fields["next_step_due"], 150),
        )  # fmt: skip
        self.add(self._meeting)
        self.add(self._planned)
        self.add(self.warnings)
        self.add(self.fields["orientation"])
        self.add(self._step)
        self._listen()

    def show_form(self, state: EditorState) -> None:
        form = state.form
        if form is None:
            return
        local = paris(form.next_at) if form.next_at else None
        choices = place_choices(state.places, form.next_place, self.tr("Sans lieu"))
        self.place.set_choices(choices, value=form.next_place or "")
        self.day.set_value(local.date() if local else None)
        self.hour.set_value(local.time() if local else None)
        self.orientation.set_value(form.orientation)
        self.step.set_value(form.next_step)
        self.owner.set_value(form.next_step_owner.value if form.next_step_owner else "")
        self.due.set_value(form.next_step_due)

    def fold(self, folded: bool) -> None:
        self.fields["orientation"].setVisible(not folded)

    def show_planned(self, state: EditorState) -> None:
        """Says that finishing makes an appointment, when it does."""
        at = state.form.next_at if state.form is not None else None
        self._planned.setVisible(at is not None)
        if at is not None:
            self._planned.setText(words.planned(at, self._today(), is_new=state.is_new))
        foreseen = state.foreseen if at is not None else None
        warned = warnings_of(foreseen, paris(at).date()) if foreseen and at else []
        self.warnings.setVisible(bool(warned))
        if warned:
            self.warnings.say(" ".join(warned), role=Role.PENDING)

    def _listen(self) -> None:
        self.day.value_changed.connect(lambda _: self._meeting_typed())
        self.day.editingFinished.connect(self._propose_hour)
        self.hour.value_changed.connect(lambda _: self._meeting_typed())
        self.place.chosen.connect(
            lambda key: self._pen.edit(
                lambda form: replace(form, next_place=PlaceId(key) if key else None)
            )
        )
        self.orientation.value_changed.connect(
            lambda _: self._pen.edit(lambda form: replace(form, orientation=self.orientation.value))
        )
        self.step.value_changed.connect(
            lambda _: self._pen.edit(lambda form: replace(form, next_step=self.step.value))
        )
        self.owner.chosen.connect(
            lambda key: self._pen.edit(
                lambda form: replace(form, next_step_owner=StepOwner(key) if key else None)
            )
        )
        self.due.value_changed.connect(lambda _: self._due_typed())

    def _meeting_typed(self) -> None:
        if not self._pen.is_down:
            return
        day, hour = self.day.value, self.hour.value
        understood = self.day.is_understood and self.hour.is_understood
        self._pen.misread("next_at", is_misread=not understood)
        if not understood:
            return
        # A day without an hour is the hour of this meeting; an hour without a day plans nothing.
        hour = hour or paris(self._pen.form.starts_at).time()
        at = at_local(day, hour) if day else None
        self._pen.edit(lambda form: replace(form, next_at=at))

    def _propose_hour(self) -> None:
        if not self._pen.is_down or self.hour.text().strip():
            return
        if (at := self._pen.form.next_at) is not None:
            self.hour.set_value(paris(at).time())

    def _due_typed(self) -> None:
        self._pen.misread("next_step_due", is_misread=not self.due.is_understood)
        if self.due.is_understood:
            self._pen.edit(lambda form: replace(form, next_step_due=self.due.value))
