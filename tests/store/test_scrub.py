"""A scrub reads everything in short steps, and what people do meanwhile changes no sum."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.services.persons import NewPerson
from desktop.store.proof import Proof
from protocol.ids import PersonId, RecordId
from protocol.kinds.persons import Person
from tests.support.laptop import Desk, bring, make_desk


@pytest.fixture
def claire(tmp_path: Path) -> Iterator[Desk]:
    desk = make_desk(tmp_path / "claire")
    yield desk
    desk.store.close()


@pytest.fixture
def dossiers(claire: Desk) -> list[PersonId]:
    """Return dossiers as the office gave them: more than one step reads."""
    first = claire.persons.create(NewPerson("Morisset", "Yves")).value
    model = claire.store.records.get(Person, first)
    assert model is not None
    made = [replace(model, id=RecordId(claire.workplace.new_id())) for _ in range(130)]
    bring(claire.workplace, *made)
    with claire.store.database.transaction():
        claire.store.proof.recount()
    return sorted(PersonId(one.id) for one in made)


def rename(desk: Desk, person: PersonId) -> None:
    sheet = desk.persons.sheet(person).person
    desk.persons.edit(replace(sheet, phone1="05 49 00 00 00"))


def remove(desk: Desk, person: PersonId) -> None:
    with desk.workplace.work() as work:
        work.delete(Person, person)


def make(desk: Desk, _person: PersonId) -> None:
    desk.persons.create(NewPerson("Texier", "Marc"))


ACTS: tuple[Callable[[Desk, PersonId], None], ...] = (rename, remove, make)


@pytest.mark.parametrize("at", [0, -1], ids=["what was read", "what is to come"])
def test_what_is_done_between_two_steps_is_counted_once(
    claire: Desk, dossiers: list[PersonId], at: int
) -> None:
    proof = claire.store.proof
    held, wrong = proof.root(), 0
    for step, mended in enumerate(proof.scrub()):
        wrong += mended
        # One of them at each step, wherever the scrub is.
        if step < 30:
            ACTS[step % 3](claire, dossiers[step] if at == 0 else dossiers[-1 - step])
    assert (wrong, proof.root()) == (0, held)
    assert step > 30


def test_a_long_queue_does_not_make_a_long_step(claire: Desk, dossiers: list[PersonId]) -> None:
    for person in dossiers:
        rename(claire, person)
    asked: list[int] = []
    agreed = Proof.agreed

    def counted(self: Proof, name: str, rids: list[str], *more: object) -> object:
        asked.append(len(rids))
        return agreed(self, name, rids, *more)  # type: ignore[arg-type]  # passed on as it came

    proof = claire.store.proof
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Proof, "agreed", counted)
        assert sum(proof.scrub()) == 0
    assert max(asked) <= 100
    assert sum(asked) >= len(dossiers)


def test_a_sum_that_lies_is_put_right_with_the_root(claire: Desk, dossiers: list[PersonId]) -> None:
    proof, database = claire.store.proof, claire.store.database
    held = proof.root()
    with database.transaction():
        database.execute(
            'UPDATE "bucket_proof" SET "records" = 7 WHERE "bucket" = ?', (dossiers[3],)
        )
        database.execute('DELETE FROM "bucket_proof" WHERE "bucket" = ?', (dossiers[4],))
        database.execute('UPDATE "root_proof" SET "records" = 9')
    assert sum(proof.scrub()) >= 3
    assert proof.root() == held
    assert sum(proof.scrub()) == 0
