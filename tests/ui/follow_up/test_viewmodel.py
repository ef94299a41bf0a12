"""The follow-up editor keeps what is typed, and says so only when it is true."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from desktop.ui.autosave import AUTOSAVE_MS
from desktop.ui.background import Lane
from desktop.ui.follow_up.state import NOT_UNDERSTOOD
from protocol.ids import FollowUpId
from protocol.kinds.agenda import AppointmentStatus
from protocol.kinds.persons import CircleRole
from tests.support.departure import leave
from tests.ui.follow_up.editor import Editor


def test_place_hour_and_next_meeting_are_already_there(editor: Editor) -> None:
    state = editor.model.state
    assert state.person_name == "Yves Morisset"
    assert state.form is not None
    assert state.form.place is not None
    assert state.form.minutes == 45
    assert state.form.next_at == state.form.starts_at + timedelta(days=28)
    assert state.found_draft is None


def test_opening_and_leaving_writes_no_draft(editor: Editor) -> None:
    editor.model.leave()
    assert editor.desk.follow_ups.drafts() == []


def test_what_is_typed_is_in_the_store_within_two_seconds(editor: Editor, qtbot: QtBot) -> None:
    assert AUTOSAVE_MS < 2_000
    editor.type(summary="Premier entretien.")
    assert editor.model.state.saved_at is None
    qtbot.waitUntil(lambda: editor.model.state.saved_at is not None)
    found = editor.again().state
    assert found.form is not None
    assert found.form.summary == "Premier entretien."
    assert found.found_draft == editor.desk.clock.moment


def test_typing_without_a_pause_does_not_put_the_save_off(editor: Editor, qtbot: QtBot) -> None:
    text = ""
    for _ in range(24):
        text += "mot "
        editor.type(summary=text)
        qtbot.wait(100)
    assert editor.model.state.saved_at is not None


def test_one_save_is_in_flight_at_a_time_and_the_last_one_wins(
    editor: Editor, qtbot: QtBot
) -> None:
    editor.background.hold()
    already = len(editor.background.asked)
    for word in ("un", "deux", "trois"):
        editor.type(summary=word)
        qtbot.wait(AUTOSAVE_MS + 100)
    assert len(editor.background.asked) == already + 1
    editor.background.release()
    qtbot.waitUntil(lambda: not editor.model.is_dirty)
    shown = editor.again().state.form
    assert shown is not None
    assert shown.summary == "trois"


def test_the_lock_leaves_nothing_behind(editor: Editor) -> None:
    editor.type(summary="Tapé juste avant Ctrl+L", clinical="Note")
    editor.model.flush()
    shown = editor.again().state.form
    assert shown is not None
    assert (shown.summary, shown.clinical) == ("Tapé juste avant Ctrl+L", "Note")


def test_the_lock_saves_what_was_typed_during_a_save(editor: Editor) -> None:
    editor.background.hold()
    editor.type(summary="un")
    editor.model.flush()
    editor.type(summary="un deux")
    editor.model.flush()
    editor.background.release()
    shown = editor.again().state.form
    assert shown is not None
    assert shown.summary == "un deux"


def test_opening_another_follow_up_keeps_the_first(editor: Editor) -> None:
    editor.type(summary="À garder")
    other = editor.desk.persons.caseload()[0]
    editor.model.open_new(other.id)
    assert [line.person for line in editor.desk.follow_ups.drafts()] == [editor.person]


def test_a_draft_is_offered_with_its_time_until_one_goes_on(editor: Editor) -> None:
    editor.type(summary="Avant la panne")
    editor.model.flush()
    model = editor.again()
    assert isinstance(model.state.found_draft, datetime)
    model.resume()
    assert model.state == replace(model.state, found_draft=None)
    assert model.form.summary == "Avant la panne"


def test_going_on_writing_is_choosing_to_resume(editor: Editor) -> None:
    editor.type(summary="Avant")
    editor.model.flush()
    model = editor.again()
    model.edit(replace(model.form, summary="Avant, après"))
    assert model.state.found_draft is None


def test_a_draft_thrown_away_can_be_brought_back(editor: Editor) -> None:
    editor.type(summary="Avant la panne")
    editor.model.flush()
    model = editor.again()
    told: list[bool] = []
    model.draft_discarded.connect(lambda: told.append(True))
    model.discard()
    assert told == [True]
    assert model.form.summary == ""
    assert editor.desk.follow_ups.drafts() == []
    model.undo_discard()
    assert model.form.summary == "Avant la panne"
    [kept] = editor.desk.follow_ups.drafts()
    assert kept.person == editor.person


def test_what_was_typed_after_throwing_away_survives_the_undo(editor: Editor) -> None:
    editor.type(summary="Ancien", next_step="Appeler")
    editor.model.flush()
    model = editor.again()
    model.discard()
    model.edit(replace(model.form, summary="Nouveau"))
    model.undo_discard()
    assert model.form.summary == "Ancien\n\nNouveau"
    assert model.form.next_step == "Appeler"


def test_undo_from_another_follow_up_brings_the_draft_back_quietly(editor: Editor) -> None:
    editor.type(summary="Ancien")
    editor.model.flush()
    editor.model.discard()
    other = editor.desk.persons.caseload()[0]
    editor.model.open_new(other.id)
    editor.model.undo_discard()
    assert editor.model.form.person == other.id
    assert [line.person for line in editor.desk.follow_ups.drafts()] == [editor.person]


def test_finishing_writes_everything_and_leaves_no_draft(editor: Editor) -> None:
    heard: list[str] = []
    editor.model.finished.connect(heard.append)
    editor.type(summary="Accepte un suivi mensuel.", clinical="Hypothèse")
    target = editor.model.form.target
    editor.model.finish()
    assert heard == [editor.person]
    assert editor.desk.follow_ups.drafts() == []
    [line] = editor.desk.follow_ups.timeline(editor.person)
    assert (line.id, line.summary, line.has_note) == (target, "Accepte un suivi mensuel.", True)
    [planned] = [
        x
        for x in editor.desk.appointments.upcoming(editor.person)
        if str(x.id) != editor.appointment
    ]
    assert planned.starts_at == line.starts_at + timedelta(days=28)


def test_a_save_planned_before_the_finish_does_not_bring_the_draft_back(
    editor: Editor, qtbot: QtBot
) -> None:
    editor.type(summary="Vite")
    editor.model.finish()
    qtbot.wait(AUTOSAVE_MS + 200)
    assert editor.desk.follow_ups.drafts() == []


def test_letters_typed_while_it_is_being_finished_are_in_it(editor: Editor) -> None:
    editor.background.hold()
    editor.type(summary="Accepte")
    editor.model.finish()
    editor.type(summary="Accepte.")
    editor.background.release()
    [line] = editor.desk.follow_ups.timeline(editor.person)
    assert line.summary == "Accepte."
    assert len(editor.desk.appointments.upcoming(editor.person)) == 1
    assert editor.desk.follow_ups.drafts() == []


def test_a_date_that_cannot_be_read_is_told_at_its_field_and_nothing_is_lost(
    editor: Editor,
) -> None:
    told: list[bool] = []
    editor.model.refused.connect(lambda: told.append(True))
    editor.type(summary="Écrit")
    editor.model.misread("next_at", is_misread=True)
    editor.model.finish()
    assert told == [True]
    assert dict(editor.model.state.problems) == {"next_at": NOT_UNDERSTOOD}
    assert len(editor.desk.follow_ups.drafts()) == 1
    editor.model.misread("next_at", is_misread=False)
    editor.model.finish()
    assert editor.model.state.form is None


def test_what_the_service_refuses_is_told_at_its_field_until_it_is_mended(editor: Editor) -> None:
    form = editor.model.form
    editor.model.edit(replace(form, next_at=form.starts_at - timedelta(days=1)))
    editor.model.finish()
    assert dict(editor.model.state.problems) == {"next_at": "before_this_one"}
    assert not editor.model.state.is_finishing
    editor.model.edit(replace(editor.model.form, next_at=None))
    assert dict(editor.model.state.problems) == {}
    editor.model.finish()
    assert editor.model.state.form is None


def test_mending_another_field_is_enough_to_try_again(editor: Editor) -> None:
    form = editor.model.form
    editor.model.edit(replace(form, next_at=form.starts_at - timedelta(days=1)))
    editor.model.finish()
    earlier = form.starts_at - timedelta(days=2)
    editor.model.edit(replace(editor.model.form, starts_at=earlier))
    editor.model.finish()
    assert editor.model.state.form is None


def test_an_absence_loses_nothing_that_was_typed(editor: Editor) -> None:
    editor.type(person_words="« Je veux travailler »", for_person="Rendez-vous le 22")
    editor.model.edit(replace(editor.model.form, presence=AppointmentStatus.NO_SHOW))
    assert editor.model.state.was_absent
    editor.model.finish()
    [line] = editor.desk.follow_ups.timeline(editor.person)
    assert line.person_words == "« Je veux travailler »"
    assert line.presence is AppointmentStatus.NO_SHOW


@pytest.mark.parametrize(
    "hostile",
    ["😀👩‍👩‍👧" * 50, "שלום \u202e مرحبا", "avant\x00après", "demi \ud800 caractère", "é" * 60_000],
    ids=["emoji", "right-to-left", "nul", "half-character", "very-long"],
)
def test_absurd_text_is_kept_or_cleaned_never_fatal(editor: Editor, hostile: str) -> None:
    editor.type(summary=hostile, clinical=hostile)
    editor.model.flush()
    assert editor.model.state.failure is None
    editor.model.finish()
    [line] = editor.desk.follow_ups.timeline(editor.person)
    kept = "".join(c for c in hostile if c != "\x00" and not "\ud800" <= c <= "\udfff")
    assert line.summary == kept


def test_a_text_beyond_the_limit_is_kept_as_a_draft_and_told_when_finishing(
    editor: Editor,
) -> None:
    editor.type(summary="x" * 60_001)
    editor.model.finish()
    assert dict(editor.model.state.problems) == {"summary": "too_long"}
    shown = editor.again().state.form
    assert shown is not None
    assert len(shown.summary) == 60_001


def test_a_save_that_fails_is_told_and_tried_again(editor: Editor) -> None:
    database = editor.desk.store.database
    database.execute("PRAGMA query_only = 1")
    editor.type(summary="Disque plein")
    editor.model.flush()
    assert isinstance(editor.model.state.failure, Exception)
    assert not editor.model.state.saved_at
    database.execute("PRAGMA query_only = 0")
    editor.model.retry()
    assert editor.model.state == replace(
        editor.model.state, failure=None, saved_at=editor.desk.clock.moment
    )


def test_a_draft_that_could_not_be_thrown_away_does_not_stop_the_saves_that_follow(
    editor: Editor, qtbot: QtBot
) -> None:
    editor.type(summary="Mots")
    editor.model.flush()
    database = editor.desk.store.database
    database.execute("PRAGMA query_only = 1")
    editor.model.discard()
    database.execute("PRAGMA query_only = 0")
    assert len(editor.desk.follow_ups.drafts()) == 1
    editor.type(summary="Autres mots")
    qtbot.waitUntil(lambda: not editor.model.is_dirty)
    shown = editor.again().state.form
    assert shown is not None
    assert shown.summary == "Autres mots"


def test_a_finish_that_fails_keeps_the_editor_open(editor: Editor) -> None:
    editor.type(summary="Presque")
    editor.model.flush()
    database = editor.desk.store.database
    database.execute("PRAGMA query_only = 1")
    editor.model.finish()
    database.execute("PRAGMA query_only = 0")
    assert editor.model.state.failure is not None
    assert editor.model.form.summary == "Presque"
    editor.model.finish()
    assert not editor.model.state.form


def test_a_colleague_who_joins_is_named_before_one_saves(editor: Editor) -> None:
    [roy] = [c for c in editor.desk.directory.colleagues().values() if c.name == "Catherine Roy"]
    assert _readers(editor) == []
    done = editor.desk.persons.welcome(editor.person, roy.id, CircleRole.CONTRIBUTOR)  # type: ignore[arg-type]  # an id
    editor.board.announce(done.touched)
    assert _readers(editor) == ["C. Roy"]


def test_a_dossier_that_leaves_while_she_writes_is_told_and_still_named(editor: Editor) -> None:
    editor.type(summary="Elle va réfléchir.")
    named, met = editor.model.state.person_name, list[str]()
    editor.model.met.connect(lambda follow_up, _: met.append(follow_up))
    editor.board.announce(leave(editor.desk, editor.person))
    assert editor.model.state.is_gone
    assert editor.model.state.person_name == named != ""
    assert editor.model.form.summary == "Elle va réfléchir."
    editor.model.finish()
    assert met == [], "no sheet to take away from a dossier that is not here"


def test_other_screens_hear_that_a_draft_exists(editor: Editor) -> None:
    heard: list[str] = []
    editor.board.changed.connect(lambda touched: heard.extend(x.kind for x in touched))
    editor.type(summary="Écrit")
    editor.model.flush()
    assert heard == ["draft"]


def test_a_follow_up_of_a_colleague_is_not_opened(editor: Editor) -> None:
    editor.model.open(FollowUpId(editor.desk.workplace.new_id()))
    assert editor.model.state.form is None
    assert editor.model.state.failure is not None


def test_everything_goes_through_the_store_lane(editor: Editor) -> None:
    editor.type(summary="x")
    editor.model.finish()
    assert set(editor.background.asked) == {Lane.STORE}


def _readers(editor: Editor) -> list[str]:
    return [reader.short_name for reader in editor.model.state.readers]
