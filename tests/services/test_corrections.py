"""A follow-up is corrected by its author, and says what it said before."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from desktop.services.corrections import CorrectionLine
from desktop.services.errors import InvalidInput, NotAllowed, NotFound
from protocol.ids import FollowUpId, PersonId, ProfessionalId, RecordId
from protocol.kinds.agenda import AppointmentStatus
from protocol.kinds.care import Correction
from protocol.kinds.follow_ups import ClinicalNote, FollowUp, Medium, Theme
from protocol.limits import LONG_TEXT
from tests.support.laptop import Desk, bring, seed_small

FIRST = "Accepte un suivi mensuel à Melle. Ne conduit plus."
SECOND = "Accepte un suivi mensuel à Melle. Conduit de nouveau."


def met(desk: Desk, summary: str = FIRST, clinical: str = "") -> FollowUpId:
    """Finish a follow-up on somebody."""
    person = seed_small(desk)[1]
    form = desk.follow_ups.begin(person)
    return desk.follow_ups.finish(replace(form, summary=summary, clinical=clinical)).value


def correct(desk: Desk, follow_up: FollowUpId, **typed: object) -> None:
    """Open a follow-up again and finish it otherwise."""
    form = desk.follow_ups.open(follow_up).form
    desk.follow_ups.finish(replace(form, **typed))  # type: ignore[arg-type]  # fields of the form


def kept(desk: Desk) -> list[Correction]:
    """Return every correction on the laptop."""
    return desk.store.records.select(Correction, order='"corrected_at", "id"')


def told(line: CorrectionLine) -> dict[str, tuple[object, object]]:
    """Return what a correction changed, by label."""
    return {change.label: (change.before, change.after) for change in line.changes}


def test_a_follow_up_that_was_never_corrected_has_no_history(claire: Desk) -> None:
    follow_up = met(claire)
    assert claire.follow_ups.history(follow_up) == ()
    assert kept(claire) == []
    person = PersonId(claire.store.records.select(FollowUp)[0].person)
    assert claire.follow_ups.timeline(person)[0].corrected is None


def test_what_stood_before_is_kept_signed_and_dated(claire: Desk) -> None:
    follow_up = met(claire)
    claire.clock.advance(minutes=65)
    correct(claire, follow_up, summary=SECOND)

    (line,) = claire.follow_ups.history(follow_up)
    assert line.author.name == "Claire Martin"
    assert line.corrected_at == claire.clock.now()
    assert told(line) == {"Synthèse partagée": (FIRST, SECOND)}
    (change,) = line.changes
    assert [span.text for span in change.before_spans if span.differs] == ["Ne conduit plus."]
    assert [span.text for span in change.after_spans if span.differs] == ["Conduit de nouveau."]


def test_only_what_changed_is_kept_and_facts_are_told_in_words(claire: Desk) -> None:
    follow_up = met(claire)
    correct(
        claire,
        follow_up,
        minutes=60,
        medium=Medium.PHONE,
        presence=AppointmentStatus.EXCUSED,
        themes=frozenset({Theme.HOUSING}),
        next_step_due=date(2026, 12, 1),
        place=None,
    )
    (line,) = claire.follow_ups.history(follow_up)
    changes = told(line)
    assert changes["Durée"] == (timedelta(minutes=45), timedelta(minutes=60))
    assert changes["Modalité"] == (Medium.WALK_IN.label, Medium.PHONE.label)
    assert changes["Présence"][1] == AppointmentStatus.EXCUSED.label
    assert changes["Thèmes abordés"] == (None, (Theme.HOUSING.label,))
    assert changes["Échéance"] == (None, date(2026, 12, 1))
    assert "Synthèse partagée" not in changes
    assert "Début" not in changes


def test_each_correction_says_what_it_changed_also_after_a_later_one(claire: Desk) -> None:
    follow_up = met(claire, "Un")
    for minutes, summary in ((45, "Deux"), (60, "Deux"), (60, "Trois")):
        claire.clock.advance(minutes=5)
        correct(claire, follow_up, summary=summary, minutes=minutes)
    last, middle, first = claire.follow_ups.history(follow_up)
    assert told(last) == {"Synthèse partagée": ("Deux", "Trois")}
    assert told(middle) == {"Durée": (timedelta(minutes=45), timedelta(minutes=60))}
    assert told(first) == {"Synthèse partagée": ("Un", "Deux")}
    assert first.corrected_at < middle.corrected_at < last.corrected_at


def test_finishing_again_without_a_change_is_no_correction(claire: Desk) -> None:
    follow_up = met(claire)
    correct(claire, follow_up)
    correct(claire, follow_up, summary=f"  {FIRST}\n")
    assert kept(claire) == []


def test_the_timeline_says_when_and_by_whom_it_was_last_corrected(claire: Desk) -> None:
    follow_up = met(claire)
    for summary in ("Deux", "Trois"):
        claire.clock.advance(minutes=5)
        correct(claire, follow_up, summary=summary)
    person = claire.follow_ups.open(follow_up).form.person
    line = next(it for it in claire.follow_ups.timeline(person) if it.id == follow_up)
    assert line.summary == "Trois"
    assert line.corrected is not None
    assert line.corrected.at == claire.clock.now()
    assert line.corrected.author.name == "Claire Martin"


def test_the_edit_and_what_it_replaces_are_sent_together_in_that_order(claire: Desk) -> None:
    follow_up = met(claire)
    claire.store.database.execute('DELETE FROM "outbox"')  # as if all of it had been sent
    correct(claire, follow_up, summary=SECOND)
    sent = claire.store.outbox.freeze(max_ops=100, max_bytes=10**6)
    assert [op.kind for op in sent if op.kind in ("follow_up", "correction")] == [
        "follow_up",
        "correction",
    ]


def test_an_edit_that_fails_leaves_no_correction(claire: Desk) -> None:
    follow_up = met(claire)
    form = claire.follow_ups.open(follow_up).form
    with pytest.raises(InvalidInput, match="place"):
        claire.follow_ups.finish(replace(form, summary=SECOND, place="no place"))  # type: ignore[arg-type]
    assert kept(claire) == []
    assert claire.follow_ups.open(follow_up).form.summary == FIRST


def test_my_note_is_never_in_a_correction(claire: Desk) -> None:
    """Its earlier words stay nobody's: the circle reads corrections."""
    follow_up = met(claire, clinical="CANARI-UN")
    correct(claire, follow_up, clinical="CANARI-DEUX", summary=SECOND)
    correct(claire, follow_up, clinical="CANARI-TROIS")
    (only,) = kept(claire)
    assert list(json.loads(only.before)) == ["summary"]
    assert "CANARI" not in only.before
    assert claire.follow_ups.note(follow_up) == "CANARI-TROIS"
    (note,) = claire.store.records.select(ClinicalNote)
    assert note.created_by == claire.workplace.me


def test_texts_too_long_to_be_kept_together_are_kept_one_by_one(claire: Desk) -> None:
    long = '"' * LONG_TEXT  # each of these takes two characters once written down
    person = seed_small(claire)[1]
    form = claire.follow_ups.begin(person)
    form = replace(form, summary=long, for_person=long, person_words=long)
    follow_up = claire.follow_ups.finish(form).value
    correct(claire, follow_up, summary="a", for_person="b", person_words="c")
    assert len(kept(claire)) == 3
    changes = [change for line in claire.follow_ups.history(follow_up) for change in line.changes]
    assert {change.label: (change.before, change.after) for change in changes} == {
        "Synthèse partagée": (long, "a"),
        "Pour la personne": (long, "b"),
        "Parole de la personne": (long, "c"),
    }


def test_a_colleagues_follow_up_is_not_mine_to_correct(claire: Desk) -> None:
    person = seed_small(claire)[1]
    theirs = ProfessionalId(claire.workplace.new_id())
    follow_up = RecordId(claire.workplace.new_id())
    now = claire.clock.now()
    bring(
        claire.workplace,
        FollowUp(
            id=follow_up,
            created_at=now,
            created_by=theirs,
            person=person,
            professional=theirs,
            appointment=None,
            starts_at=now,
            summary=FIRST,
        ),
    )
    with pytest.raises(NotAllowed):
        claire.follow_ups.open(FollowUpId(follow_up))
    assert kept(claire) == []


@pytest.mark.parametrize(
    "before",
    ["", "[1]", "pas du JSON", "[" * 100_000, '{"minutes": {}, "inconnu": 3, "starts_at": "hier"}'],
)
def test_what_cannot_be_read_is_no_reason_to_show_nothing(claire: Desk, before: str) -> None:
    follow_up = met(claire)
    known = claire.store.records.get(FollowUp, follow_up)
    assert known is not None
    bring(claire.workplace, correction_of(claire, known, before, known.professional))
    (line,) = claire.follow_ups.history(follow_up)
    assert line.author.name == "Claire Martin"
    assert {change.label for change in line.changes} <= {"Durée", "Début"}


def test_a_correction_that_the_author_did_not_sign_is_not_shown(claire: Desk) -> None:
    follow_up = met(claire)
    known = claire.store.records.get(FollowUp, follow_up)
    assert known is not None
    stranger = ProfessionalId(claire.workplace.new_id())
    bring(claire.workplace, correction_of(claire, known, '{"summary":"Jamais écrit"}', stranger))
    elsewhere = replace(known, person=PersonId(claire.workplace.new_id()))
    bring(
        claire.workplace,
        correction_of(claire, elsewhere, '{"summary":"Ailleurs"}', known.professional),
    )
    assert claire.follow_ups.history(follow_up) == ()
    line = next(it for it in claire.follow_ups.timeline(known.person) if it.id == follow_up)
    assert line.corrected is None


def test_a_correction_whose_edit_was_never_taken_is_not_told(claire: Desk) -> None:
    follow_up = met(claire)
    known = claire.store.records.get(FollowUp, follow_up)
    assert known is not None
    same = json.dumps({"summary": known.summary, "minutes": 45, "next_step": None})
    bring(claire.workplace, correction_of(claire, known, same, known.professional))
    assert claire.follow_ups.history(follow_up) == ()
    line = next(it for it in claire.follow_ups.timeline(known.person) if it.id == follow_up)
    assert line.corrected is None


def test_the_history_of_what_is_not_here_is_refused(claire: Desk) -> None:
    with pytest.raises(NotFound):
        claire.follow_ups.history(FollowUpId(claire.workplace.new_id()))


def correction_of(desk: Desk, known: FollowUp, before: str, signed: ProfessionalId) -> Correction:
    """Return a correction as a laptop may receive it."""
    return Correction(
        id=RecordId(desk.workplace.new_id()),
        created_at=desk.clock.now(),
        created_by=signed,
        person=known.person,
        professional=signed,
        follow_up=FollowUpId(known.id),
        corrected_at=desk.clock.now(),
        before=before,
    )
