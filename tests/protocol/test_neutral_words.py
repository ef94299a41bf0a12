"""What is read beside somebody's name suits a man and a woman alike."""

import pytest

from protocol.kinds.agenda import CallOutcome
from protocol.kinds.care import ReadyForCode, Vehicle
from protocol.kinds.declare import Code, spec_of
from protocol.kinds.persons import PersonStatus
from protocol.kinds.programmes import Attendance, WorkshopPlace

OF_SOMEBODY = (Attendance, CallOutcome, PersonStatus, ReadyForCode, Vehicle)
_AGREES = ("inscrit", "présent", "excusé", "absent", "joint", "prêt", "décédé")
"""What would take an « e » for a woman."""


@pytest.mark.parametrize("codes", OF_SOMEBODY)
def test_no_word_of_a_list_agrees_with_whoever_it_is_said_of(codes: type[Code]) -> None:
    for code in codes:
        said = code.label.lower()
        assert said.removesuffix("e") not in _AGREES, code.label
        assert not said.endswith(" à elle"), code.label


def test_whoever_wrote_somebody_down_is_named_without_agreeing() -> None:
    labels = {field.name: field.label for field in spec_of(WorkshopPlace).fields}
    assert labels["professional"] == "Inscription par"
