"""What the form decides: drafts that come back, fields to mend, one writing of what was typed."""

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from desktop.services.record_form import Unread
from desktop.ui.autosave import AUTOSAVE_MS
from desktop.ui.changes import ChangeBoard
from desktop.ui.record_form.viewmodel import RecordFormViewModel
from protocol.ids import PersonId
from protocol.kinds.care import RelayState
from tests.support.departure import leave
from tests.support.forms import answer, record
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk
from tests.ui.record_form.conftest import make_model


def test_what_is_typed_is_kept_within_two_seconds(
    model: RecordFormViewModel, desk: Desk, persons: list[PersonId], qtbot: QtBot
) -> None:
    assert AUTOSAVE_MS < 2_000
    model.begin("relay", persons[1])
    model.type("to", "cmp")
    qtbot.waitUntil(lambda: model.state.saved_at is not None)
    [line] = desk.record_drafts.lines()
    assert (line.kind, line.person) == ("relay", persons[1])


def test_opening_and_leaving_a_form_keeps_nothing(
    model: RecordFormViewModel, desk: Desk, persons: list[PersonId]
) -> None:
    model.begin("mobility_diagnosis", persons[1])
    model.leave()
    assert desk.record_drafts.lines() == []


def test_a_laptop_that_was_closed_gives_the_draft_back(
    model: RecordFormViewModel,
    desk: Desk,
    persons: list[PersonId],
    background: InlineBackground,
    board: ChangeBoard,
) -> None:
    model.begin("relay", persons[1])
    model.type("request", "Disponible le matin.")
    model.type("answered_on", Unread("jeudi"))
    model.flush()
    again = make_model(desk, background, board)
    again.begin("relay", persons[1])
    assert again.state.found_draft is not None
    assert again.state.values["request"] == "Disponible le matin."
    assert again.state.values["answered_on"] == Unread("jeudi")
    again.type("to", "cmp")
    assert again.state.found_draft is None, "going on typing is taking it up"


def test_what_cannot_be_read_is_said_in_place_and_nothing_is_lost(
    model: RecordFormViewModel, desk: Desk, persons: list[PersonId], qtbot: QtBot
) -> None:
    model.begin("mobility_diagnosis", persons[1])
    model.type("max_kilometres", Unread("assez loin"))
    model.leave_field("max_kilometres")
    assert model.state.problems == {"max_kilometres": "not_understood"}
    with qtbot.waitSignal(model.refused):
        model.finish()
    assert desk.mobility.versions(persons[1]) == []
    model.type("max_kilometres", 25)
    assert model.state.problems == {}
    with qtbot.waitSignal(model.finished) as finished:
        model.finish()
    assert finished.args == [persons[1]]
    assert desk.mobility.versions(persons[1])[0].values["max_kilometres"] == 25
    assert desk.record_drafts.lines() == []


def test_a_refusal_of_the_service_is_shown_at_its_field(
    model: RecordFormViewModel, desk: Desk, persons: list[PersonId]
) -> None:
    model.begin("relay", persons[1])
    model.finish()
    assert model.state.problems == {"to": "missing"}
    assert not model.state.is_finishing


def test_discarding_a_draft_can_be_taken_back(
    model: RecordFormViewModel, desk: Desk, persons: list[PersonId]
) -> None:
    offered: list[Callable[[], object]] = []
    model.undo_offered.connect(lambda _, undo: offered.append(undo))
    model.begin("relay", persons[1])
    model.type("to", "cmp")
    model.flush()
    model.discard()
    assert desk.record_drafts.lines() == []
    assert towards(model) is None
    offered[0]()
    assert towards(model) == "cmp"
    assert len(desk.record_drafts.lines()) == 1


def test_a_colleagues_answer_that_came_meanwhile_stays(
    model: RecordFormViewModel, desk: Desk, persons: list[PersonId]
) -> None:
    sent = record(desk.relays.form, persons[1], to="cmp")
    model.open("relay", sent)
    model.type("request", "Le matin de préférence.")
    answer(desk.relays.form, sent, state="accepted")
    model.finish()
    [line] = desk.relays.of(persons[1])
    assert (line.state, line.request) == (RelayState.ACCEPTED, "Le matin de préférence.")


def test_what_is_typed_while_it_is_written_is_written_too(
    model: RecordFormViewModel, desk: Desk, persons: list[PersonId], background: InlineBackground
) -> None:
    model.begin("relay", persons[1])
    model.type("to", "cmp")
    background.hold()
    model.finish()
    model.type("request", "Le matin.")
    background.release()
    [line] = desk.relays.of(persons[1])
    assert (line.to.value, line.request) == ("cmp", "Le matin.")
    assert desk.record_drafts.lines() == []
    assert model.state.target is None


def test_a_form_that_is_gone_says_so(
    model: RecordFormViewModel, desk: Desk, persons: list[PersonId]
) -> None:
    model.open("relay", desk.workplace.new_id())  # type: ignore[arg-type]  # any identifier
    assert model.state.problem is not None
    assert model.state.target is None


def towards(model: RecordFormViewModel) -> object:
    return model.state.values["to"]


def test_the_words_of_a_form_whose_dossier_has_left_are_read_again_and_thrown_away_in_one_gesture(
    model: RecordFormViewModel, desk: Desk, persons: list[PersonId], board: ChangeBoard
) -> None:
    model.begin("relay", persons[1])
    model.type("request", "Disponible le matin.")
    model.flush()
    board.announce(leave(desk, persons[1]))
    assert model.state.is_gone
    assert model.state.person_name == "Yves Morisset", "she is still being written about"
    model.leave()

    [line] = desk.record_drafts.lines()
    assert line.person_name == ""
    model.open("relay", line.target)
    assert model.state.is_gone
    assert model.state.values["request"] == "Disponible le matin."
    model.finish()
    assert not model.state.is_finishing, "there is no dossier to write it in"
    undo: list[Callable[[], object]] = []
    model.undo_offered.connect(lambda _, act: undo.append(act))
    model.throw_away()
    assert desk.record_drafts.lines() == []
    undo[0]()
    assert [one.target for one in desk.record_drafts.lines()] == [line.target]
