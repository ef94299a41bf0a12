"""Claire corrects what she wrote in the morning; Mehdi reads both, and her note stays hers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.services.corrections import Corrected
from desktop.services.timeline import TimelineLine
from protocol.ids import FollowUpId, PersonId
from protocol.kinds.care import Correction
from protocol.kinds.follow_ups import FollowUp
from tests.support.fleet import Laptop
from tests.support.office import Office
from tests.support.two_laptops import assert_honest, end_place, followed_by_both, is_verified

MORNING = "Vient en bus. Cherche un logement à Melle."
EVENING = "Vient en voiture. Cherche un logement à Melle."


@pytest.fixture
def person(claire: Laptop, mehdi: Laptop) -> PersonId:
    """Somebody whom Claire and Mehdi both follow."""
    claire.sync()
    return followed_by_both(claire, mehdi)


@pytest.fixture
def met(claire: Laptop, person: PersonId) -> FollowUpId:
    """Claire's follow-up of the morning, with a note of her own."""
    form = claire.desk.follow_ups.begin(person)
    done = claire.desk.follow_ups.finish(replace(form, summary=MORNING, clinical="CANARI-MATIN"))
    claire.sync()
    return done.value


def correct(laptop: Laptop, met: FollowUpId, **typed: object) -> None:
    """Correct a follow-up an hour later."""
    laptop.clock.advance(hours=1)
    form = laptop.desk.follow_ups.open(met).form
    laptop.desk.follow_ups.finish(replace(form, **typed))  # type: ignore[arg-type]  # form fields


def shown(laptop: Laptop, person: PersonId, met: FollowUpId) -> TimelineLine:
    """Return a follow-up as a laptop shows it."""
    return next(line for line in laptop.desk.follow_ups.timeline(person) if line.id == met)


def refused(laptop: Laptop) -> list[str]:
    """Return the kinds of what the office would not take."""
    return [op.kind for op in laptop.session.workplace.store.outbox.refused()]


def test_a_colleague_reads_when_it_was_corrected_by_whom_and_what_it_said(
    claire: Laptop, mehdi: Laptop, person: PersonId, met: FollowUpId
) -> None:
    correct(claire, met, summary=EVENING, clinical="CANARI-SOIR")
    at = claire.clock.now().replace(microsecond=0)
    correct(claire, met, minutes=60)
    claire.sync(verify=True)
    mehdi.sync(verify=True)

    assert refused(claire) == []
    line = shown(mehdi, person, met)
    assert line.summary == EVENING
    assert line.corrected is not None
    assert line.corrected.author.name == "Claire Martin"
    last, first = mehdi.desk.follow_ups.history(met)
    assert [change.label for change in last.changes] == ["Durée"]
    assert first.corrected_at == at
    (change,) = first.changes
    assert (change.before, change.after) == (MORNING, EVENING)
    assert mehdi.desk.follow_ups.history(met) == claire.desk.follow_ups.history(met)
    assert is_verified(claire)
    assert is_verified(mehdi)
    assert_honest(mehdi)


def test_no_word_of_her_note_ever_leaves_for_the_office_or_a_colleague(
    claire: Laptop, mehdi: Laptop, office: Office, person: PersonId, met: FollowUpId
) -> None:
    for clinical in ("CANARI-MIDI", "CANARI-SOIR", ""):
        correct(claire, met, clinical=clinical)
        claire.sync()
    mehdi.sync()
    assert claire.desk.follow_ups.history(met) == ()
    assert "CANARI" not in office.dump()
    assert "CANARI" not in mehdi.store_text()


def test_a_follow_up_corrected_before_it_was_ever_sent_says_so_too(
    claire: Laptop, mehdi: Laptop, office: Office, person: PersonId
) -> None:
    office.offline()
    form = claire.desk.follow_ups.begin(person)
    met = claire.desk.follow_ups.finish(replace(form, summary=MORNING)).value
    correct(claire, met, summary=EVENING)
    office.online()
    claire.sync(verify=True)
    mehdi.sync(verify=True)
    assert refused(claire) == []
    (line,) = mehdi.desk.follow_ups.history(met)
    assert (line.changes[0].before, line.changes[0].after) == (MORNING, EVENING)


def test_a_colleague_who_corrects_it_anyway_is_refused_and_nothing_changes(
    claire: Laptop, mehdi: Laptop, person: PersonId, met: FollowUpId
) -> None:
    """A laptop that would not ask, and one that would sign in her name."""
    mehdi.sync()
    store, me = mehdi.session.workplace, mehdi.session.workplace.me
    known = store.store.records.get(FollowUp, met)
    assert known is not None
    with store.work() as work:
        work.save(replace(known, summary="Réécrit par un autre"))
        for signed in (me, known.professional):
            rid = store.new_id()
            work.save(
                Correction(
                    id=rid,  # type: ignore[arg-type]  # a record's
                    created_at=store.clock.now(),
                    created_by=me,
                    person=person,
                    professional=signed,
                    follow_up=met,
                    corrected_at=store.clock.now(),
                    before='{"summary":"Jamais écrit"}',
                )
            )
    mehdi.sync()
    assert sorted(refused(mehdi)) == ["correction", "correction", "follow_up"]
    claire.sync(verify=True)
    assert shown(claire, person, met).summary == MORNING
    assert shown(claire, person, met).corrected is None
    assert claire.desk.follow_ups.history(met) == ()


def test_a_dossier_that_leaves_takes_its_corrections_along(
    claire: Laptop, mehdi: Laptop, person: PersonId, met: FollowUpId
) -> None:
    correct(claire, met, summary=EVENING)
    claire.sync()
    mehdi.sync()
    assert "Vient en bus" in mehdi.store_text()
    end_place(claire, person, mehdi)
    claire.sync()
    mehdi.sync(verify=True)
    assert "Vient en bus" not in mehdi.store_text()
    assert is_verified(mehdi)


def test_a_correction_made_on_the_road_after_the_dossier_was_lost_is_not_lost(
    claire: Laptop, mehdi: Laptop, office: Office, person: PersonId
) -> None:
    """The edit waits for those who hold the dossier, what it replaces is signed all the same."""
    form = mehdi.desk.follow_ups.begin(person)
    met = mehdi.desk.follow_ups.finish(replace(form, summary=MORNING)).value
    mehdi.sync()
    claire.sync()
    end_place(claire, person, mehdi)
    claire.sync()
    correct(mehdi, met, summary=EVENING)
    mehdi.sync()
    claire.sync(verify=True)
    assert refused(mehdi) == []
    assert shown(claire, person, met).summary == MORNING
    (waiting,) = claire.desk.conflicts.to_review()
    assert claire.desk.conflicts.sheet(waiting.id).lost.value == EVENING
    assert shown(claire, person, met).corrected is None, "what is shown is what he wrote first"

    claire.desk.conflicts.restore(claire.desk.conflicts.sheet(waiting.id))
    line = shown(claire, person, met)
    assert line.summary == EVENING
    assert line.corrected is not None
    assert (line.corrected.at, line.corrected.author.name) == (mehdi.clock.now(), "Mehdi Belkacem")


def test_settling_what_two_people_made_of_a_fact_is_told_when_its_author_does(
    claire: Laptop, mehdi: Laptop, office: Office, person: PersonId, met: FollowUpId
) -> None:
    mehdi.sync()
    office.offline()
    correct(claire, met, minutes=60)
    mehdi.clock.advance(hours=2)
    known = mehdi.session.workplace.store.records.get(FollowUp, met)
    assert known is not None
    with mehdi.session.workplace.work() as work:
        work.save(replace(known, minutes=30))
    office.online()
    for laptop in (claire, mehdi, claire):
        laptop.sync()
    assert shown(claire, person, met).minutes == 30
    (waiting,) = claire.desk.conflicts.to_review()

    claire.clock.advance(hours=2)
    claire.desk.conflicts.restore(claire.desk.conflicts.sheet(waiting.id))
    claire.sync()
    mehdi.sync()

    told = mehdi.desk.follow_ups.history(met)
    half, whole = timedelta(minutes=30), timedelta(minutes=60)
    assert [(it.before, it.after) for it in told[0].changes] == [(half, whole)]
    assert shown(mehdi, person, met).corrected == Corrected(told[0].corrected_at, told[0].author)
    assert refused(claire) == []
