"""A psychologist's follow-ups: typed, kept, finished, sealed."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.services.errors import InvalidInput, NotAllowed
from desktop.services.follow_up_form import form_to_json
from protocol.kinds.agenda import AppointmentStatus
from protocol.kinds.follow_ups import ClinicalNote, FollowUp, Theme
from protocol.limits import LONG_TEXT
from tests.support.laptop import Desk, seed_small


def test_a_follow_up_starts_with_the_place_and_time_of_its_appointment(claire: Desk) -> None:
    seed_small(claire)
    line = claire.today.read().appointments[1]
    sheet = claire.follow_ups.open_new(line.person, line.id)
    assert sheet.form.place == line.place
    assert sheet.form.starts_at == line.starts_at
    assert sheet.form.minutes == 45
    assert sheet.draft_saved_at is None
    assert sheet.person_name == "Yves Morisset"


def test_a_draft_comes_back_with_its_time_after_a_crash(claire: Desk) -> None:
    seed_small(claire)
    line = claire.today.read().appointments[1]
    form = claire.follow_ups.open_new(line.person, line.id).form
    typed = replace(form, summary="Premier entretien.", clinical="Ce qu’il m’a confié.")
    saved = claire.follow_ups.autosave(typed).value
    again = claire.follow_ups.open_new(line.person, line.id)
    assert again.form == typed
    assert again.draft_saved_at == saved
    assert again.original.summary == ""
    assert [draft.person_name for draft in claire.follow_ups.drafts()] == ["Yves Morisset"]
    assert claire.today.read().appointments[1].has_draft


def test_a_discarded_draft_can_be_brought_back(claire: Desk) -> None:
    seed_small(claire)
    line = claire.today.read().appointments[0]
    form = replace(claire.follow_ups.open_new(line.person, line.id).form, summary="À garder ?")
    claire.follow_ups.autosave(form)
    thrown = claire.follow_ups.discard(form.target).value
    assert claire.follow_ups.drafts() == []
    assert thrown is not None
    claire.follow_ups.autosave(thrown)
    assert claire.follow_ups.open_new(line.person, line.id).form == form


def test_finishing_writes_the_follow_up_its_note_and_the_next_appointment(claire: Desk) -> None:
    seed_small(claire)
    line = claire.today.read().appointments[1]
    form = claire.follow_ups.open_new(line.person, line.id).form
    finished = replace(
        form,
        summary="Accepte un suivi mensuel à Melle.",
        clinical="Secret de Claire.",
        themes=frozenset({Theme.PSYCHIC_HEALTH, Theme.SOCIAL_LINK}),
    )
    claire.follow_ups.autosave(finished)
    target = claire.follow_ups.finish(finished).value
    after = claire.today.read().appointments[1]
    assert after.status is AppointmentStatus.ATTENDED
    assert after.follow_up == target
    assert claire.follow_ups.drafts() == []
    upcoming = claire.appointments.upcoming(line.person)
    assert [item.starts_at for item in upcoming if str(item.id) != line.id] == [form.next_at]
    shown = claire.follow_ups.timeline(line.person)[0]
    assert (shown.summary, shown.has_note, shown.mine) == (finished.summary, True, True)
    assert claire.follow_ups.note(target) == "Secret de Claire."


def test_the_clinical_note_is_sealed_before_it_leaves_the_unit_of_work(claire: Desk) -> None:
    seed_small(claire)
    line = claire.today.read().appointments[1]
    form = claire.follow_ups.open_new(line.person, line.id).form
    claire.follow_ups.finish(replace(form, clinical="CANARI-CLINIQUE"))
    rows = claire.store.database.rows('SELECT "body" FROM "clinical_note"')
    ops = claire.store.database.rows('SELECT "fields" FROM "op_fields"')
    assert rows
    assert "CANARI" not in repr(rows) + repr(ops)


def test_a_corrected_note_replaces_the_former_with_a_higher_revision(claire: Desk) -> None:
    seed_small(claire)
    line = claire.today.read().appointments[1]
    form = replace(claire.follow_ups.open_new(line.person, line.id).form, clinical="Avant.")
    target = claire.follow_ups.finish(form).value
    sheet = claire.follow_ups.open(target)
    assert sheet.form.clinical == "Avant."
    claire.follow_ups.finish(replace(sheet.form, clinical="Après.", next_at=None))
    assert claire.follow_ups.note(target) == "Après."
    assert len(claire.store.records.select(ClinicalNote)) == 1


@pytest.mark.parametrize(("minutes", "field"), [(0, "minutes"), (10_000, "minutes")])
def test_an_absurd_duration_is_refused_and_the_draft_stays(
    claire: Desk, minutes: int, field: str
) -> None:
    seed_small(claire)
    line = claire.today.read().appointments[0]
    form = replace(claire.follow_ups.open_new(line.person, line.id).form, summary="Texte gardé.")
    claire.follow_ups.autosave(form)
    with pytest.raises(InvalidInput) as refused:
        claire.follow_ups.finish(replace(form, minutes=minutes))
    assert refused.value.field == field
    assert claire.follow_ups.open_new(line.person, line.id).form.summary == "Texte gardé."


def test_a_million_characters_are_refused_in_place_and_nothing_is_lost(claire: Desk) -> None:
    seed_small(claire)
    line = claire.today.read().appointments[0]
    form = claire.follow_ups.open_new(line.person, line.id).form
    with pytest.raises(InvalidInput) as refused:
        claire.follow_ups.finish(replace(form, summary="é" * 1_000_000))
    assert (refused.value.field, refused.value.reason) == ("summary", "too_long")
    assert claire.follow_ups.timeline(line.person) == []


def test_nul_emoji_and_right_to_left_text_are_kept_as_far_as_they_can_be(claire: Desk) -> None:
    seed_small(claire)
    line = claire.today.read().appointments[0]
    form = claire.follow_ups.open_new(line.person, line.id).form
    odd = "a\x00b \ud800 👩‍👧 שלום é"
    claire.follow_ups.autosave(replace(form, summary=odd, clinical=odd))
    target = claire.follow_ups.finish(replace(form, summary=odd, clinical=odd)).value
    clean = "ab  👩‍👧 שלום é"
    assert claire.follow_ups.timeline(line.person)[0].summary == clean
    assert claire.follow_ups.note(target) == clean


def test_an_appointment_left_open_yesterday_waits_to_be_qualified(claire: Desk) -> None:
    seed_small(claire)
    claire.clock.moment += timedelta(days=1)
    assert len(claire.today.read().left_open) == 7
    first = claire.today.read().left_open[0]
    claire.appointments.qualify(first.id, AppointmentStatus.EXCUSED)
    assert len(claire.today.read().left_open) == 6


def test_a_draft_begun_with_an_earlier_coffre_is_taken_up_with_what_it_holds(claire: Desk) -> None:
    person = seed_small(claire)[0]
    typed = replace(claire.follow_ups.begin(person), summary="Premier entretien.", next_at=None)
    content = json.loads(form_to_json(typed))
    for later in ("themes", "orientation", "next_step_due", "next_step_owner", "next_place"):
        del content[later]
    content["of_a_newer_one"] = True
    claire.follow_ups.autosave(typed)
    with claire.store.database.transaction():
        claire.store.database.execute('UPDATE "draft" SET "content" = ?', (json.dumps(content),))
    (line,) = claire.follow_ups.drafts()
    assert claire.follow_ups.open(line.target).form == replace(typed, next_place=None)


@pytest.mark.parametrize(("field", "most"), [("next_step", 1_000), ("summary", LONG_TEXT)])
def test_a_text_may_be_as_long_as_its_kind_declares_and_no_longer(
    claire: Desk, field: str, most: int
) -> None:
    person = seed_small(claire)[0]
    form = replace(claire.follow_ups.begin(person), next_at=None)
    with pytest.raises(InvalidInput) as refused:
        claire.follow_ups.finish(replace(form, **{field: "é" * (most + 1)}))  # type: ignore[arg-type]  # a text
    assert (refused.value.field, refused.value.reason) == (field, "too_long")
    claire.follow_ups.finish(replace(form, **{field: "é" * most}))  # type: ignore[arg-type]  # a text
    assert claire.follow_ups.count(person) == 1


def test_a_colleagues_follow_up_is_read_and_not_corrected(claire: Desk) -> None:
    person = seed_small(claire)[0]
    form = replace(claire.follow_ups.begin(person), summary="D’elle.", next_at=None)
    target = claire.follow_ups.finish(form).value
    other = next(c for c in claire.directory.colleagues().values() if c.name == "Catherine Roy")
    known = claire.store.records.get(FollowUp, target)
    assert known is not None
    with claire.store.database.transaction():
        claire.store.database.execute('UPDATE "follow_up" SET "professional" = ?', (other.id,))
    (line,) = claire.follow_ups.timeline(person)
    assert (line.author.name, line.mine, line.summary) == ("Catherine Roy", False, "D’elle.")
    with pytest.raises(NotAllowed):
        claire.follow_ups.open(target)
    with pytest.raises(NotAllowed):
        claire.follow_ups.finish(replace(form, summary="De moi."))
