"""Two sides that hold the same can say so; where they differ, it is found and mended."""

from dataclasses import replace

import pytest

from desktop.store.state import LOOKED_INTO
from desktop.sync import engine, repair
from desktop.sync.errors import Offline
from desktop.sync.transport import HttpOffice
from protocol import limits
from protocol.kinds import FollowUp
from tests.support.fleet import Laptop
from tests.support.office import Office, office, premises
from tests.support.opened import office_words
from tests.support.two_laptops import (
    assert_honest,
    claire,
    dropped,
    end_place,
    followed_by_both,
    is_verified,
    meet,
    mehdi,
    outcomes,
    somebody,
    welcome,
)

__all__ = ["claire", "mehdi", "office", "premises"]


def lose_meetings(office: Office) -> None:
    """Let the office lose every follow-up without a word, as a damaged table would."""
    with office.database.transaction(office.department.schema) as connection:
        connection.execute("DELETE FROM record WHERE kind = 8")
    office.mend_digests()


@pytest.mark.invariant(2)
def test_a_laptop_knows_that_it_holds_what_the_office_holds(claire: Laptop, mehdi: Laptop) -> None:
    person = somebody(claire)
    meet(claire, person, clinical="Ce qu’elle seule lit")
    claire.sync()
    assert is_verified(claire)
    assert_honest(claire)
    welcome(claire, person, mehdi)
    claire.sync()
    mehdi.sync()
    assert is_verified(mehdi)
    assert_honest(mehdi)
    meet(mehdi, person)
    mehdi.sync()
    claire.sync()
    for laptop in (claire, mehdi):
        assert is_verified(laptop)
        assert_honest(laptop)


def test_the_dossiers_that_were_compared_are_counted_though_the_last_page_brings_none(
    claire: Laptop, mehdi: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = followed_by_both(claire, mehdi), followed_by_both(claire, mehdi)
    for laptop in (claire, mehdi):
        assert laptop.session.workplace.store.state.verified_dossiers() == 2
    monkeypatch.setattr(limits, "PAGE_ROWS", 2)
    third = somebody(claire)
    welcome(claire, third, mehdi)
    for person in (first, second, third):
        meet(claire, person)
    claire.sync()
    mehdi.sync()
    assert mehdi.session.workplace.store.state.verified_dossiers() == 3
    end_place(claire, second, mehdi)
    claire.sync()
    mehdi.sync()
    assert mehdi.session.workplace.store.state.verified_dossiers() == 2


def test_what_is_typed_and_not_sent_does_not_make_both_sides_differ(
    claire: Laptop, office: Office
) -> None:
    person = somebody(claire)
    claire.sync()
    meet(claire, person)
    sheet = claire.desk.persons.sheet(person).person
    claire.desk.persons.edit(replace(sheet, phone1="05 49 00 00 00"))
    store = claire.session.workplace.store
    held = store.proof.root()
    assert sum(store.proof.scrub()) == 0
    assert store.proof.root() == held


@pytest.mark.invariant(2)
def test_what_is_typed_in_a_record_that_was_refused_does_not_make_both_sides_differ(
    claire: Laptop, mehdi: Laptop, office: Office
) -> None:
    """A restored office, which has forgotten the dossier, would not have the meeting."""
    backup = office.backup()
    person = followed_by_both(mehdi, claire)
    meet(claire, person)
    office.restore(backup, new_epoch=True)
    claire.sync()
    store = claire.session.workplace.store
    assert [op.creates for op in store.outbox.refused()] == [True]
    held = store.proof.root()
    (met,) = store.records.select(FollowUp)
    with claire.session.workplace.work() as work:
        work.save(replace(met, minutes=50))
    assert sum(store.proof.scrub()) == 0
    assert store.proof.root() == held


@pytest.mark.invariant(2)
@pytest.mark.parametrize("together", [True, False], ids=["one batch", "two batches"])
@pytest.mark.parametrize("scrubbed", [True, False])
def test_what_is_removed_and_put_back_at_once_does_not_make_both_sides_differ(
    claire: Laptop, monkeypatch: pytest.MonkeyPatch, together: bool, scrubbed: bool
) -> None:
    """As a document is, by the bar that takes back."""
    meet(claire, somebody(claire))
    claire.sync()
    workplace = claire.session.workplace
    proof, held = workplace.store.proof, workplace.store.proof.root()
    (met,) = workplace.store.records.select(FollowUp)
    with workplace.work() as work:
        work.delete(FollowUp, met.id)
    with workplace.work() as work:
        work.save(met)
    if scrubbed:
        proof.recount()
    if not together:
        monkeypatch.setattr(engine, "MAX_OPS", 1)
    monkeypatch.setattr(HttpOffice, "digests", dropped)  # nothing is to be looked for
    claire.sync()
    assert is_verified(claire)
    assert proof.root() == held


@pytest.mark.invariant(19)
def test_a_byte_that_changed_on_the_disk_is_found_and_only_its_record_is_read_again(
    claire: Laptop,
) -> None:
    person = somebody(claire)
    for _ in range(5):
        meet(claire, person)
    claire.sync()
    database = claire.session.workplace.store.database
    with database.transaction():
        database.execute(
            'UPDATE "follow_up" SET "summary" = \'0Des maux\' WHERE "id" ='
            ' (SELECT max("id") FROM "follow_up")'
        )
    claire.sync()
    assert "Des maux" in claire.store_text()
    claire.sync(verify=True)
    assert "Des maux" not in claire.store_text()
    assert is_verified(claire)
    latest = claire.session.workplace.store.journal.latest(5)
    assert [it.received for it in latest if it.outcome == "repaired"] == [1]
    assert_honest(claire)


def test_a_record_that_vanished_from_the_laptop_comes_back(claire: Laptop) -> None:
    person = somebody(claire)
    meet(claire, person, summary="Rien ne se perd")
    claire.sync()
    database = claire.session.workplace.store.database
    with database.transaction():
        database.execute('DELETE FROM "follow_up"')
        database.execute('UPDATE "bucket_proof" SET "records" = 1')
    assert "Rien ne se perd" not in str(database.rows('SELECT * FROM "follow_up"'))
    claire.sync(verify=True)
    assert [it.summary for it in claire.desk.follow_ups.timeline(person)] == ["Rien ne se perd"]
    assert is_verified(claire)
    assert_honest(claire)


def test_a_record_the_office_lost_is_offered_again_by_its_author(
    claire: Laptop, office: Office
) -> None:
    person = somebody(claire)
    meet(claire, person, summary="Encore là")
    claire.sync()
    lose_meetings(office)
    claire.sync(verify=True)
    assert "Encore là" in office_words(office, claire.session.workplace.store)
    assert [it.summary for it in claire.desk.follow_ups.timeline(person)] == ["Encore là"]
    claire.sync(verify=True)
    assert is_verified(claire)


def test_a_record_of_a_colleague_that_the_office_lost_is_kept_and_told_once(
    claire: Laptop, mehdi: Laptop, office: Office
) -> None:
    followed_by_both(claire, mehdi, "Écrit par Claire")
    lose_meetings(office)
    before = len(outcomes(mehdi))
    mehdi.sync(verify=True)
    assert "Écrit par Claire" in mehdi.store_text()
    assert mehdi.session.workplace.store.state.is_diverged()
    assert "diverged" in outcomes(mehdi)
    assert len(outcomes(mehdi)) - before <= 2
    claire.sync(verify=True)
    mehdi.sync()
    mehdi.sync(verify=True)
    assert is_verified(mehdi)


def test_a_repair_that_has_been_to_its_end_is_not_begun_again_for_what_it_could_not_mend(
    claire: Laptop, mehdi: Laptop, office: Office
) -> None:
    """What it sends in one round more finds both sides still apart."""
    person = followed_by_both(mehdi, claire, "Écrit par Mehdi")
    meet(claire, person, summary="Écrit par Claire")
    claire.sync()
    lose_meetings(office)
    claire.sync(verify=True)
    assert "Écrit par Claire" in office_words(office, claire.session.workplace.store)
    state = claire.session.workplace.store.state
    assert state.is_diverged()
    assert not state.is_comparison_due()


def test_dossiers_that_cannot_be_mended_do_not_keep_others_from_being_looked_into(
    claire: Laptop, mehdi: Laptop, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A colleague's records stay away until he comes back: each repair began with these."""
    monkeypatch.setattr(repair, "_MOST_BUCKETS", 1)
    for _ in range(2):
        followed_by_both(mehdi, claire, "Écrit par Mehdi")
    claire.clock.advance(minutes=1)  # her dossier comes after his
    meet(claire, somebody(claire), "Écrit par Claire")
    claire.sync()
    lose_meetings(office)
    for _ in range(4):  # a round more, to send what the third found
        claire.sync(verify=True)
    words = office_words(office, claire.session.workplace.store)
    assert "Écrit par Claire" in words
    assert "Écrit par Mehdi" not in words


@pytest.mark.parametrize("limit", ["_MOST_BUCKETS", "MOST_REREADS"])
@pytest.mark.invariant(19)
def test_what_one_repair_leaves_is_looked_into_by_the_next_ones_though_nothing_is_new(
    claire: Laptop, office: Office, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """It waited for something new, or for a week."""
    monkeypatch.setattr(repair, limit, 2)
    for number in range(5):
        meet(claire, somebody(claire, f"Nom{number}"), f"Écrit en {number}")
    claire.sync()
    lose_meetings(office)
    claire.sync(verify=True)
    assert claire.session.workplace.store.state.is_comparison_due()
    for _ in range(2):
        claire.sync()
    words = office_words(office, claire.session.workplace.store)
    assert all(f"Écrit en {number}" in words for number in range(5))
    assert is_verified(claire)
    assert not claire.session.workplace.store.state.is_comparison_due()


@pytest.mark.invariant(11)
def test_a_dossier_that_is_erased_is_not_named_any_more_as_the_last_looked_into(
    claire: Laptop, office: Office
) -> None:
    """What differed was mended since by those who came back: no repair wrote another one there."""
    person = somebody(claire)
    claire.sync()
    store = claire.session.workplace.store
    with store.database.transaction():
        store.state.set(LOOKED_INTO, person)
    office.erase(person)
    claire.sync()
    assert person not in claire.store_text()


def test_a_comparison_that_met_no_network_is_made_once_there_is_one(
    claire: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was put off for a week, having been noted as made."""
    claire.sync()
    claire.clock.advance(days=8)
    with monkeypatch.context() as patch:
        patch.setattr(HttpOffice, "sync", dropped)
        with pytest.raises(Offline):
            claire.sync()
    claire.clock.advance(minutes=20)
    claire.sync()
    state = claire.session.workplace.store.state
    assert state.verified_at() == claire.clock.now()
    assert not state.is_comparison_due()


def test_nothing_is_left_in_the_proof_of_a_dossier_that_was_handed_over(
    claire: Laptop, mehdi: Laptop
) -> None:
    person = followed_by_both(claire, mehdi)
    end_place(claire, person, mehdi)
    claire.sync()
    mehdi.sync()
    assert person not in mehdi.session.workplace.store.proof.buckets()
    assert is_verified(mehdi)
    assert_honest(mehdi)


def test_a_week_without_a_check_brings_one_by_itself(claire: Laptop, office: Office) -> None:
    person = somebody(claire)
    meet(claire, person)
    claire.sync()
    database = claire.session.workplace.store.database
    with database.transaction():
        database.execute('UPDATE "follow_up" SET "summary" = \'0Des maux\'')
    claire.clock.advance(days=8)
    office.clock.advance(days=8)
    claire.sync()
    assert "Des maux" not in claire.store_text()
    assert is_verified(claire)


def test_a_dossier_that_closed_without_a_word_stays_and_the_others_are_mended(
    claire: Laptop, office: Office
) -> None:
    closed, other = somebody(claire, "Grelier"), somebody(claire)
    meet(claire, other, summary="Rien ne se perd")
    claire.sync()
    with office.database.transaction(office.department.schema) as connection:
        connection.execute("UPDATE grant_ SET open = false WHERE bucket = %s", (closed,))
    database = claire.session.workplace.store.database
    with database.transaction():
        database.execute('UPDATE "follow_up" SET "summary" = \'0Des maux\'')
    claire.sync(verify=True)
    assert "Des maux" not in claire.store_text()
    assert claire.desk.persons.line(closed) is not None
    assert claire.session.workplace.store.state.is_diverged()
