"""Dossiers that leave a laptop: what was unsent arrives, what was held goes, few at a time."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from desktop.config.clock import paris
from desktop.services.errors import NotAllowed
from desktop.services.persons import NewPerson
from desktop.store.replica import Page
from desktop.sync.brake import ALLOWED
from desktop.sync.errors import MassRemoval
from desktop.sync.transport import Exchange, HttpOffice
from protocol.ids import PersonId
from protocol.kinds.persons import CircleEnd
from tests.support.fleet import Laptop
from tests.support.office import Office, office, premises
from tests.support.two_laptops import (
    assert_honest,
    claire,
    come_home,
    end_place,
    followed_by_both,
    is_verified,
    laptops,
    meet,
    mehdi,
    set_phone,
    somebody,
    welcome,
)

__all__ = ["claire", "laptops", "mehdi", "office", "premises"]


def words_of(laptop: Laptop, person: PersonId) -> list[str]:
    return sorted(str(it.summary) for it in laptop.desk.follow_ups.timeline(person))


def days_go_by(office: Office, *laptops: Laptop, days: int) -> None:
    """For everybody."""
    office.clock.advance(days=days)
    for laptop in laptops:
        laptop.clock.advance(days=days)


@pytest.mark.invariant(12, 14)
def test_a_report_on_a_dossier_just_lost_reaches_those_who_hold_it(
    laptops: tuple[Laptop, Laptop],
) -> None:
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    meet(mehdi, person, summary="Écrit sans réseau")
    sheet = mehdi.desk.persons.sheet(person).person
    mehdi.desk.persons.edit(replace(sheet, phone1="05 49 99 99 99"))
    end_place(claire, person, mehdi)
    claire.sync()
    mehdi.sync()
    assert mehdi.desk.persons.line(person) is None
    held = mehdi.store_text()
    assert "Écrit sans réseau" not in held
    assert "05 49 99 99 99" not in held
    assert not mehdi.session.workplace.store.outbox.refused()
    assert is_verified(mehdi)
    claire.sync()
    assert words_of(claire, person) == ["Écrit sans réseau"]
    conflicts = claire.session.workplace.store.database.rows('SELECT "lost" FROM "conflict"')
    assert "05 49 99 99 99" in str(conflicts)
    assert claire.desk.persons.sheet(person).person.phone1 is None
    assert_honest(claire)


@pytest.mark.invariant(12, 13)
def test_after_a_replacement_a_dossier_is_read_for_thirty_days_and_goes_at_the_next_contact(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    claire, mehdi = laptops
    person = somebody(claire)
    meet(claire, person, summary="De Claire")
    claire.sync()
    welcome(claire, person, mehdi)
    end_place(claire, person, claire, CircleEnd.HANDOVER)
    come_home(claire, mehdi)
    assert words_of(mehdi, person) == ["De Claire"], "all of it, at once"

    for days in (20, 10):
        days_go_by(office, *laptops, days=days)
        come_home(claire, mehdi)
    meet(mehdi, person, summary="Du remplaçant")
    come_home(mehdi, claire)
    assert words_of(claire, person) == ["De Claire", "Du remplaçant"], "still hers to read"
    assert is_verified(claire)

    days_go_by(office, *laptops, days=1)
    claire.sync()
    assert claire.desk.persons.line(person) is None
    held = claire.store_text()
    assert "De Claire" not in held
    assert "Du remplaçant" not in held
    assert is_verified(claire)
    assert_honest(claire)
    mehdi.sync()
    assert words_of(mehdi, person) == ["De Claire", "Du remplaçant"]


@pytest.mark.invariant(14)
def test_whoever_has_left_decides_of_nobodys_place_and_her_last_words_are_read(
    laptops: tuple[Laptop, Laptop],
) -> None:
    """The office would refuse it, and she would have sealed them without a colleague who stays."""
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    end_place(mehdi, person, mehdi)
    for decide in (welcome, end_place):
        with pytest.raises(NotAllowed):
            decide(mehdi, person, claire)
    sheet = mehdi.desk.persons.sheet(person).person
    mehdi.desk.persons.edit(replace(sheet, request="Rejoindre sa soeur"))
    mehdi.sync()
    claire.sync()
    (line,) = claire.desk.conflicts.to_review()
    assert claire.desk.conflicts.sheet(line.id).lost.value == "Rejoindre sa soeur"
    assert not mehdi.session.workplace.store.outbox.refused()


@pytest.mark.invariant(1)
def test_what_was_refused_of_a_record_stays_though_something_else_of_it_is_taken_late(
    laptops: tuple[Laptop, Laptop], monkeypatch: pytest.MonkeyPatch
) -> None:
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    set_phone(mehdi, person, "05 49 11 22 33")
    store = mehdi.session.workplace.store
    (op,) = store.outbox.unanswered()
    with store.database.transaction():
        store.outbox.rewrite(replace(op, state="refused", reason="grant"))
    end_place(claire, person, mehdi)
    come_home(claire)
    ask: Callable[..., Exchange] = HttpOffice.sync

    def answered_while_he_types(*asked: object) -> Exchange:
        answer = ask(*asked)
        if store.records.holds("person", person):
            sheet = mehdi.desk.persons.sheet(person).person
            mehdi.desk.persons.edit(replace(sheet, request="Rejoindre sa soeur"))
        return answer

    monkeypatch.setattr(HttpOffice, "sync", answered_while_he_types)
    come_home(mehdi)
    assert not store.records.holds("person", person)
    assert not store.outbox.unanswered()
    assert [op.fields for op in store.outbox.refused()] == [{"phone1": "05 49 11 22 33"}]


@pytest.mark.invariant(21)
def test_a_clock_that_is_ahead_takes_nobody_for_gone_while_she_still_reads(
    laptops: tuple[Laptop, Laptop],
) -> None:
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    end_place(mehdi, person, mehdi, CircleEnd.HANDOVER)
    mehdi.clock.advance(days=60)
    mehdi.sync()
    end_place(mehdi, person, claire, CircleEnd.HANDOVER)
    mehdi.sync()
    assert not mehdi.session.workplace.store.outbox.refused()
    claire.sync()
    assert all(place.ended_on for place in claire.desk.persons.sheet(person).circle)


@pytest.mark.invariant(21)
def test_a_clock_that_is_ahead_prolongs_no_place_that_its_laptop_ends(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    """The office kept it open until the day that the laptop took for today."""
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    claire.clock.advance(days=3 * 365)
    claire.sync()
    end_place(claire, person, mehdi)
    claire.sync()
    mehdi.sync()
    assert mehdi.desk.persons.line(person) is None
    welcome(claire, person, mehdi)
    come_home(claire, mehdi)
    started = [place.started_on for place in mehdi.desk.persons.sheet(person).circle]
    assert max(started) == paris(office.clock()).date()


@pytest.mark.invariant(21)
def test_a_clock_put_right_away_from_the_office_ends_no_place_in_the_past(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    claire.clock.advance(days=3 * 365)
    claire.sync()
    claire.clock.advance(days=-3 * 365)
    end_place(claire, person, mehdi, CircleEnd.HANDOVER)
    come_home(claire, mehdi)
    today = paris(office.clock()).date()
    ends = [place.ended_on for place in mehdi.desk.persons.sheet(person).circle if place.ended_on]
    assert ends == [today]


def test_what_somebody_decided_before_she_had_to_leave_is_not_done_as_she_is_welcomed_back(
    laptops: tuple[Laptop, Laptop],
) -> None:
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    end_place(claire, person, mehdi)
    claire.sync()
    end_place(mehdi, person, claire)
    mehdi.sync()
    (refused,) = mehdi.session.workplace.store.outbox.refused()
    assert refused.kind == "circle_member"
    welcome(claire, person, mehdi)
    come_home(claire, mehdi, claire)
    assert mehdi.desk.persons.line(person) is not None
    assert claire.desk.persons.line(person) is not None
    assert [op.id for op in mehdi.session.workplace.store.outbox.refused()] == [refused.id]


def test_a_report_finished_after_the_dossier_left_arrives_as_well(
    laptops: tuple[Laptop, Laptop],
) -> None:
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    meet(mehdi, person, summary="Écrit sans réseau")
    end_place(claire, person, mehdi)
    claire.sync()
    # The dossier leaves first: what was typed waits for the next contact.
    store = mehdi.session.workplace.store
    with store.database.transaction():
        store.replica.apply(
            Page((), 0, {}, [person], (), (), store.state.progress()), mehdi.clock.now()
        )
    assert mehdi.desk.persons.line(person) is None
    assert store.outbox.pending_count()
    mehdi.sync()
    claire.sync()
    assert words_of(claire, person) == ["Écrit sans réseau"]


@pytest.mark.invariant(11)
def test_a_person_erased_leaves_no_byte_on_the_laptops(
    laptops: tuple[Laptop, Laptop], office: Office
) -> None:
    claire, mehdi = laptops
    kept, person = somebody(claire, "Restante"), somebody(claire, "Grelier")
    welcome(claire, person, mehdi)
    meet(claire, person, summary="SECRETPARTAGE", clinical="SECRETCLINIQUE")
    claire.sync()
    mehdi.sync()
    meet(mehdi, person, summary="SECRETENATTENTE")
    office.erase(person)
    for laptop in (claire, mehdi):
        laptop.sync()
        laptop.sync()
        text = laptop.store_text()
        for canary in ("Grelier", "SECRETPARTAGE", "SECRETENATTENTE", person):
            assert canary not in text, canary
        assert is_verified(laptop)
        assert_honest(laptop)
    assert "SECRET" not in office.dump()
    assert "Grelier" not in office.dump()
    assert claire.desk.persons.line(kept) is not None
    assert not [line for line in office.erasures() if line.waiting]


def test_many_dossiers_do_not_go_unasked(laptops: tuple[Laptop, Laptop]) -> None:
    claire, mehdi = laptops
    people = [
        claire.desk.persons.create(NewPerson(birth_name=f"Nom{n}", first_name="Yves")).value
        for n in range(30)
    ]
    for person in people:
        welcome(claire, person, mehdi)
    claire.sync()
    mehdi.sync()
    for person in people[:25]:
        end_place(claire, person, mehdi)
    claire.sync()
    for _ in range(2):
        with pytest.raises(MassRemoval) as asked:
            mehdi.sync()
        assert (asked.value.dossiers, asked.value.held) == (25, 30)
    assert mehdi.desk.persons.count() == 30
    store = mehdi.session.workplace.store
    with store.database.transaction():
        store.state.set(ALLOWED, "25")
    mehdi.sync()
    assert mehdi.desk.persons.count() == 5
    assert store.state.get(ALLOWED) is None
    assert is_verified(mehdi)


def test_dossiers_that_go_a_few_at_a_time_are_counted_together(
    laptops: tuple[Laptop, Laptop],
) -> None:
    claire, mehdi = laptops
    people = [
        claire.desk.persons.create(NewPerson(birth_name=f"Nom{n}", first_name="Yves")).value
        for n in range(30)
    ]
    for person in people:
        welcome(claire, person, mehdi)
    claire.sync()
    mehdi.sync()
    for start in (0, 10):
        for person in people[start : start + 10]:
            end_place(claire, person, mehdi)
        claire.sync()
        mehdi.sync()
    assert mehdi.desk.persons.count() == 10
    end_place(claire, people[20], mehdi)
    claire.sync()
    with pytest.raises(MassRemoval):
        mehdi.sync()
