"""Keys of dossiers, as they are settled once all has arrived."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.crypto.escrow import Escrow, EscrowKey
from desktop.services.persons import NewPerson
from desktop.store.circle_keys import CircleKeys
from desktop.store.errors import DiskFull
from desktop.sync.circles import Circles
from protocol.kinds.people import Job
from tests.support.laptop import Desk, SeededRandom, make_desk

DEPARTMENT = EscrowKey.generate(SeededRandom(20261123))
DOSSIERS = 3
PLENTY = 1_000_000


@pytest.fixture
def claire(tmp_path: Path) -> Iterator[Desk]:
    """Claire, who opened dossiers before the Département had a key of its own."""
    desk = make_desk(tmp_path / "claire", name="Claire Roy", job=Job.PSYCHOLOGIST)
    for number in range(DOSSIERS):
        desk.persons.create(NewPerson(birth_name=f"Morisset {number}", first_name="Yves"))
    yield desk
    desk.store.close()


def settling(desk: Desk) -> Circles:
    """Return what gives each dossier's key to whoever lacks it: here, the Département."""
    work = desk.workplace

    def keys() -> CircleKeys:
        return CircleKeys(
            work.store, work.identity, work.me, work.clock, work.random, Escrow(DEPARTMENT.public)
        )

    return Circles(keys, lambda callable_: callable_())


def statements(desk: Desk) -> tuple[set[str], Counter[str]]:
    """Return the statements that are believed here, and how many of each dossier are to be sent."""
    rows = desk.store.database.rows('SELECT "rid" FROM "circle_statement"')
    made = desk.store.database.rows('SELECT "id", "person" FROM "circle_key"')
    assert {row[0] for row in made} == {row[0] for row in rows}, "what is sent is what is believed"
    return {row[0] for row in made}, Counter(row[1] for row in made)


def test_statements_that_a_full_disk_undid_are_not_sent_with_the_next_ones(claire: Desk) -> None:
    before, _ = statements(claire)
    circles, database = settling(claire), claire.store.database
    row = database.row("PRAGMA page_count")
    assert row is not None
    database.execute(f"PRAGMA max_page_count = {row[0]}")
    with pytest.raises(DiskFull):
        circles.settle()
    assert statements(claire)[0] == before
    database.execute(f"PRAGMA max_page_count = {PLENTY}")
    circles.settle()
    _, of_each = statements(claire)
    assert list(of_each.values()) == [2] * DOSSIERS, "one to herself, one to the Département"
