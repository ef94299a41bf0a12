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
    """Prefilled when the appointment was a care visit; without a purpose nothing is written."""

    def __init__(self, pen: Pen, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._pen = pen
        self.set_title(self.tr("Accompagnement"))
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
        labeled = LabeledField(_SPEC.by_name["purpose"].label, self.purpose)
        placed = [(part.widget, _LEAST_PX[name]) for name, part in self.parts.items()]
        self.add(FieldRow((labeled, _PURPOSE_PX), placed[0]))
        self.add(FieldRow(*placed[1:4]))
        self.add(placed[4][0])
        self.add(
            Secondary(
                self.tr(
                    "Le motif de santé s’écrit dans votre note, plus bas\u00a0: l’équipe ne lit que"
                    " ces faits."
                ),
                small=True,
            )
        )
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

    def show_problems(self, state: EditorState) -> None:
        for name, part in self.parts.items():
            reason = state.problems.get(name)
            part.show_problem(problem(_SPEC.name, name, reason) if reason else "")

    def _typed(self, name: str = "") -> None:
        if name == "kilometres":
            is_misread = isinstance(self.parts[name].value, Unread)
            self._pen.misread(name, is_misread=is_misread)
        if self._pen.is_down:
            known = self._pen.form.care
            facts = self._read(known)
            if facts.purpose is None and name and facts.tells_something:
                # Something was told of it: there was one.
                facts = replace(facts, purpose=CarePurpose.CARE_VISIT)
                self.purpose.set_value(CarePurpose.CARE_VISIT.value)
            self._pen.edit(lambda form: replace(form, care=facts))

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
