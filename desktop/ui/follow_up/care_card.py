"""« Accompagnement »: what a nurse adds to her follow-up, in the same sheet; never why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from PySide6.QtWidgets import QWidget

from desktop.services.care import CareFacts
from desktop.services.record_form import Unread, Value
from desktop.ui.follow_up.pen import Pen
from desktop.ui.follow_up.state import EditorState
from desktop.ui.kit import Card, Choice, LabeledField, Secondary
from desktop.ui.kit.filling import FieldRow
from desktop.ui.record_form.fields import RecordField
from desktop.ui.record_form.words import problem
from protocol.kinds.care import CareAccompaniment, CareOutcome, CarePlace, CarePurpose, Transport
from protocol.kinds.declare import spec_of

_SPEC = spec_of(CareAccompaniment)
_LEAST_PX = {
    "care_place": 150,
    "transport": 150,
    "kilometres": 100,
    "outcome": 140,
    "obstacle": 240,
}
_PURPOSE_PX = 180


class CareCard(Card):
    """Prefilled when the appointment was a care visit; without a purpose nothing is written.

    Until there is one it is a single line, so that her words and her note stay in sight.
    """

    def __init__(self, pen: Pen, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._pen = pen
        none = ("", self.tr("Pas d’accompagnement"))
        self.purpose = Choice([none, *((one.value, one.label) for one in CarePurpose)])
        self.parts = {
            name: RecordField(
                _SPEC.by_name[name],
                today=today,
                text_lines=1,
                parent=self,
            )
            for name in _LEAST_PX
        }
        labeled = LabeledField(self.tr("Accompagnement"), self.purpose)
        placed = [(part.widget, _LEAST_PX[name]) for name, part in self.parts.items()]
        where, how = placed[0][0], FieldRow(*placed[1:4])
        self.reminder = Secondary(
            self.tr(
                "Le motif de santé s’écrit dans votre note, plus bas\u00a0: l’équipe ne lit que"
                " ces faits."
            ),
            small=True,
        )
        self._facts: tuple[QWidget, ...] = (where, how, placed[4][0], self.reminder)
        self.add(FieldRow((labeled, _PURPOSE_PX), placed[0]))
        for fact in self._facts[1:]:
            self.add(fact)
        self.purpose.chosen.connect(lambda _: self._typed())
        for name, part in self.parts.items():
            part.typed.connect(lambda name=name: self._typed(name))

    @property
    def first(self) -> QWidget:
        """Where the keyboard lands: the purpose is known, the place is not."""
        return self.parts["care_place"].entry

    def show_form(self, state: EditorState) -> None:
        """Shows facts that did not come from these fields."""
        if state.form is None:
            return
        facts = state.form.care
        self.purpose.set_value(facts.purpose.value if facts.purpose else "")
        for name, part in self.parts.items():
            part.show_value(getattr(facts, name))
        self._fold(facts)

    def show_problems(self, state: EditorState) -> None:
        for name, part in self.parts.items():
            reason = state.problems.get(name)
            part.show_problem(problem(_SPEC.name, name, reason) if reason else "")

    def _typed(self, name: str = "") -> None:
        if name in ("", "kilometres"):
            # Of no accompaniment nothing is written: nothing in it stops the follow-up either.
            is_misread = isinstance(self.parts["kilometres"].value, Unread)
            self._pen.misread("kilometres", is_misread=is_misread and bool(self.purpose.value))
        if self._pen.is_down:
            facts = self._read(self._pen.form.care)
            self._pen.edit(lambda form: replace(form, care=facts))
            self._fold(facts)

    def _fold(self, facts: CareFacts) -> None:
        """Nothing is asked of an accompaniment that there was not."""
        for fact in self._facts:
            fact.setVisible(facts.purpose is not None)

    def _read(self, known: CareFacts) -> CareFacts:
        value = {name: part.value for name, part in self.parts.items()}
        purpose, kilometres = self.purpose.value, value["kilometres"]
        place, transport, outcome = (
            str(value[name] or "") for name in ("care_place", "transport", "outcome")
        )
        return replace(
            known,
            purpose=CarePurpose(purpose) if purpose else None,
            care_place=CarePlace(place) if place else None,
            transport=Transport(transport) if transport else None,
            # What cannot be read yet changes nothing: it is said at its field.
            kilometres=known.kilometres if isinstance(kilometres, Unread) else _number(kilometres),
            outcome=CareOutcome(outcome) if outcome else None,
            obstacle=str(value["obstacle"] or ""),
        )


def _number(value: Value) -> int | None:
    return value if isinstance(value, int) else None
