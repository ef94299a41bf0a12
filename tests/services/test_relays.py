"""Relays: asked, waited for, answered by whoever hears the answer."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from desktop.services.errors import InvalidInput, NotFound
from desktop.services.record_form import Unread
from desktop.services.same_person import Choices
from protocol.ids import PersonId, RecordId
from protocol.kinds.care import RelayState
from protocol.kinds.people import StructureKind
from tests.support.forms import answer, record, structure
from tests.support.laptop import Desk, bring, seed_small

TODAY = date(2026, 11, 24)


@pytest.fixture
def persons(claire: Desk) -> list[PersonId]:
    return seed_small(claire)


@pytest.fixture
def yves(persons: list[PersonId]) -> PersonId:
    return persons[1]


def test_a_relay_tells_whom_since_when_and_that_it_waits(claire: Desk, yves: PersonId) -> None:
    cmp = structure(claire.workplace, "CMP de Niort", StructureKind.CMP)
    bring(claire.workplace, cmp)
    record(
        claire.relays.form,
        yves,
        to="cmp",
        structure=cmp.id,
        sent_on=TODAY - timedelta(days=21),
        person_agreed=True,
        request="Disponible le matin.",
    )
    [line] = claire.relays.of(yves)
    assert (line.structure_name, line.days, line.waits, line.mine) == (
        "CMP de Niort",
        21,
        True,
        True,
    )
    assert line.request == "Disponible le matin."
    assert [w.person_name for w in claire.relays.waiting()] == ["Yves Morisset"]


def test_a_new_relay_is_of_today(claire: Desk, yves: PersonId) -> None:
    record(claire.relays.form, yves, to="doctor")
    assert claire.relays.of(yves)[0].sent_on == TODAY


def test_an_answer_stops_the_count_of_days(claire: Desk, yves: PersonId) -> None:
    sent = record(claire.relays.form, yves, to="plie", sent_on=TODAY - timedelta(days=30))
    answer(
        claire.relays.form,
        sent,
        state="accepted",
        answered_on=TODAY - timedelta(days=16),
        answer="Oui",
    )
    [line] = claire.relays.of(yves)
    assert (line.state, line.days, line.answer) == (RelayState.ACCEPTED, 14, "Oui")
    assert claire.relays.waiting() == []


def test_an_answer_without_a_date_is_of_today(claire: Desk, yves: PersonId) -> None:
    sent = record(claire.relays.form, yves, to="cmp", sent_on=TODAY - timedelta(days=3))
    answer(claire.relays.form, sent, state="refused")
    assert claire.relays.of(yves)[0].answered_on == TODAY


def test_those_without_an_answer_for_two_weeks_are_asked_about_again(
    claire: Desk, persons: list[PersonId]
) -> None:
    for person, days in zip(persons, (13, 14, 40), strict=False):
        record(claire.relays.form, person, to="cmp", sent_on=TODAY - timedelta(days=days))
    assert [line.days for line in claire.relays.unanswered()] == [40, 14]
    assert [line.days for line in claire.today.read().unanswered] == [40, 14]


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"to": None}, "to", "missing"),
        ({"to": "cmp", "sent_on": TODAY + timedelta(days=1)}, "sent_on", "future_date"),
        ({"to": "cmp", "answer": "Oui"}, "state", "answer_unsaid"),
        (
            {"to": "cmp", "state": "accepted", "answered_on": TODAY - timedelta(days=1)},
            "answered_on",
            "before_sent",
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    claire: Desk, yves: PersonId, values: dict[str, object], field: str, reason: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        record(claire.relays.form, yves, **values)  # type: ignore[arg-type]  # as typed
    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert claire.relays.of(yves) == []


def test_finishing_writes_only_what_was_changed_over_a_colleagues_answer(
    claire: Desk, yves: PersonId
) -> None:
    sent = record(claire.relays.form, yves, to="cmp", request="Le matin.")
    opened = claire.relays.form.open(sent)
    answer(claire.relays.form, sent, state="accepted")
    answer(claire.relays.form, opened.form.target, request="Le matin, pas le mardi.")
    [line] = claire.relays.of(yves)
    assert (line.state, line.request) == (RelayState.ACCEPTED, "Le matin, pas le mardi.")


def test_a_draft_comes_back_with_what_could_not_be_read(claire: Desk, yves: PersonId) -> None:
    sheet = claire.relays.form.begin(yves)
    values = {**sheet.form.values, "to": "cmp", "sent_on": Unread("jeudi prochain")}
    claire.record_drafts.autosave(replace(sheet.form, values=values))
    [line] = claire.record_drafts.lines(yves)
    assert (line.label, line.is_new, line.person_name) == ("Relais", True, "Yves Morisset")
    again = claire.relays.form.begin(yves)
    assert again.form.values["sent_on"] == Unread("jeudi prochain")
    assert again.form.target == sheet.form.target
    assert again.draft_saved_at is not None
    assert claire.relays.form.open(sheet.form.target).form.values["to"] == "cmp"
    claire.record_drafts.discard(sheet.form.target)
    assert claire.relays.form.begin(yves).draft_saved_at is None


def test_finishing_forgets_the_draft(claire: Desk, yves: PersonId) -> None:
    form = claire.relays.form.begin(yves).form
    form = replace(form, values={**form.values, "to": "cmp"})
    claire.record_drafts.autosave(form)
    claire.relays.form.finish(form)
    assert claire.record_drafts.lines() == []
    assert claire.today.read().forms == ()


def test_relays_of_dossiers_that_are_one_are_read_together(
    claire: Desk, persons: list[PersonId]
) -> None:
    one, other = persons[1], persons[2]
    record(claire.relays.form, one, to="cmp")
    record(claire.relays.form, other, to="plie")
    claire.same_persons.join(Choices(one, other, frozenset()))
    for person in (one, other):
        assert {line.to.value for line in claire.relays.of(person)} == {"cmp", "plie"}
    assert len({line.person for line in claire.relays.waiting()}) == 1


def test_a_record_that_left_cannot_be_opened(claire: Desk) -> None:
    with pytest.raises(NotFound):
        claire.relays.form.open(RecordId("0190a5a0-0000-7000-8000-000000000001"))
