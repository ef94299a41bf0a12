"""Promises that a laptop and the real office keep together, on the days that put them to the test.

A commit that fails, a reading cut between two pages, an office put back from a backup.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from desktop.app.session import synchroniser
from desktop.services.persons import NewPerson
from desktop.sync.errors import Cancelled, SyncError
from desktop.sync.tally import Step
from protocol import limits
from protocol.ids import PersonId
from server.services.epoch import Epochs
from tests.support.fleet import Laptop
from tests.support.office import Office, office, premises
from tests.support.two_laptops import claire, laptops, meet, mehdi, set_phone, welcome
from tests.sync.test_restored_laptop import image_of, put_back

__all__ = ["claire", "laptops", "mehdi", "office", "premises"]

CLAIRES, MEHDIS = "05 49 00 00 01", "05 49 00 00 02"


def open_dossier(laptop: Laptop) -> PersonId:
    """Open a dossier."""
    new = NewPerson(birth_name="Grelier", first_name="Fatou")
    return laptop.desk.persons.create(new).value


def shared(claire: Laptop, mehdi: Laptop) -> PersonId:
    """Open a dossier that both hold."""
    person = open_dossier(claire)
    welcome(claire, person, mehdi)
    for laptop in (claire, mehdi, claire):
        laptop.sync()
    return person


def sync_one_page(laptop: Laptop) -> None:
    """Synchronise, and stop after the first page."""
    steps: list[Step] = []
    road = laptop.road()
    try:
        engine = synchroniser(laptop.session, road, laptop.clock, in_store=lambda work: work())
        with pytest.raises(Cancelled):
            engine.run(on_step=steps.append, cancelled=lambda: bool(steps))
    finally:
        road.close()


def assert_both_numbers_are_kept(laptop: Laptop, person: PersonId) -> None:
    """One of the two stands, and the other is in an open conflict."""
    stands = laptop.desk.persons.sheet(person).person.phone1
    (lost,) = laptop.session.workplace.store.database.rows(
        'SELECT "lost" FROM "conflict" WHERE "field" = \'phone1\' AND "state" = \'open\''
    )
    aside = next(number for number in (CLAIRES, MEHDIS) if number in str(lost))
    assert {stands, aside} == {CLAIRES, MEHDIS}


@contextmanager
def commits_fail(office: Office) -> Iterator[None]:
    """An office whose PostgreSQL stops at the moment of a commit that holds records."""
    schema = office.department.schema
    with office.database.transaction(schema) as connection:
        connection.execute(
            "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'stopped' USING ERRCODE = '57P01'; END $$"
        )
        connection.execute(
            "CREATE CONSTRAINT TRIGGER stop AFTER INSERT ON record"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stop()"
        )
    yield
    with office.database.transaction(schema) as connection:
        connection.execute("DROP TRIGGER stop ON record")
        connection.execute("DROP FUNCTION stop")


@pytest.mark.invariant(6)
def test_a_commit_that_fails_has_acknowledged_nothing(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    claire, _ = laptops
    person = open_dossier(claire)
    with commits_fail(office), pytest.raises(SyncError):
        claire.sync()
    assert "Grelier" not in office.dump()
    assert claire.desk.sync_reports.read().pending
    claire.sync()
    assert "Grelier" in office.dump()
    assert claire.desk.persons.line(person) is not None
    assert not claire.desk.sync_reports.read().pending
    assert len(office.devices()) == 2


@pytest.mark.invariant(16)
def test_what_had_not_arrived_is_not_overwritten_by_who_was_only_acknowledged(
    laptops: tuple[Laptop, Laptop], monkeypatch: pytest.MonkeyPatch
) -> None:
    claire, mehdi = laptops
    person = shared(claire, mehdi)
    monkeypatch.setattr(limits, "PAGE_ROWS", 2)
    for number in range(4):
        meet(mehdi, person, f"Rencontre {number}")
    mehdi.sync()
    set_phone(mehdi, person, MEHDIS)
    mehdi.sync()
    meet(claire, person, "Ma part, qui vient d’arriver")
    sync_one_page(claire)
    assert not claire.desk.sync_reports.read().pending
    assert claire.desk.persons.sheet(person).person.phone1 is None
    set_phone(claire, person, CLAIRES)
    claire.sync()
    assert_both_numbers_are_kept(claire, person)


@pytest.mark.invariant(20)
@pytest.mark.parametrize("sent_before", [True, False], ids=["acknowledged", "waiting"])
def test_work_of_before_a_restoration_overwrites_nothing_written_there_since(
    office: Office, laptops: tuple[Laptop, Laptop], sent_before: bool
) -> None:
    claire, mehdi = laptops
    person = shared(claire, mehdi)
    backup = office.backup()
    for number in range(5):
        meet(claire, person, f"Rencontre {number}")
        claire.sync()
    set_phone(claire, person, CLAIRES)  # with the eyes on numbers that the office will forget
    if sent_before:
        claire.sync()
    office.restore(backup, new_epoch=True)
    set_phone(mehdi, person, MEHDIS)
    for laptop in (mehdi, claire, mehdi, claire):
        laptop.sync()
    for laptop in laptops:
        assert_both_numbers_are_kept(laptop, person)


@pytest.mark.invariant(8)
def test_a_laptop_that_goes_on_as_another_still_has_seen_what_it_had_seen(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    claire, mehdi = laptops
    person = shared(claire, mehdi)
    set_phone(mehdi, person, MEHDIS)
    mehdi.sync()
    claire.sync()
    image = image_of(claire)
    meet(claire, person, "Avant la copie")
    claire.sync()
    put_back(claire, image)
    set_phone(claire, person, CLAIRES)  # with Mehdi's before her eyes: nobody is asked anything
    claire.sync()
    mehdi.sync()
    assert len(office.devices()) == 3
    for laptop in laptops:
        assert laptop.desk.persons.sheet(person).person.phone1 == CLAIRES
        assert not laptop.session.workplace.store.records.count("conflict")
    # The new device counted from one: the office missed nothing of it.
    assert Epochs(office.database, office.clock).ahead(office.department.schema) == []
