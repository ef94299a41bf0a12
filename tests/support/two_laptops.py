"""Claire and Mehdi, each with a real laptop and one real office, and what they often do.

Fixtures: a module that imports ``claire``, ``mehdi`` or ``laptops`` imports ``office`` as well.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from desktop.services.persons import NewPerson
from desktop.store.watched import Held
from desktop.sync.errors import Offline, OfflineReason
from protocol.digests import MODULUS, record_digest, root_of
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds import SYNCED
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleEnd, CircleRole
from protocol.visibility import bucket_of
from tests.support.fleet import Laptop, enrolled
from tests.support.office import Office, office, premises

__all__ = ["office", "premises"]


@pytest.fixture
def claire(office: Office, tmp_path: Path) -> Iterator[Laptop]:
    """Claire, the psychologist."""
    laptop = enrolled(office, tmp_path / "claire", "Claire Martin", Job.PSYCHOLOGIST)
    yield laptop
    laptop.close()


@pytest.fixture
def mehdi(office: Office, tmp_path: Path) -> Iterator[Laptop]:
    """Mehdi, the référent."""
    laptop = enrolled(office, tmp_path / "mehdi", "Mehdi Belkacem", Job.REFERENT)
    yield laptop
    laptop.close()


@pytest.fixture
def laptops(claire: Laptop, mehdi: Laptop) -> tuple[Laptop, Laptop]:
    """Both of them."""
    return claire, mehdi


def somebody(laptop: Laptop, name: str = "Morisset") -> PersonId:
    """Open a dossier."""
    new = NewPerson(birth_name=name, first_name="Yves", request="Trouver un logement")
    return laptop.desk.persons.create(new).value


def meet(laptop: Laptop, person: PersonId, summary: str = "Des mots", clinical: str = "") -> None:
    """Write a follow-up."""
    form = laptop.desk.follow_ups.begin(person)
    laptop.desk.follow_ups.finish(replace(form, summary=summary, clinical=clinical))


def set_phone(laptop: Laptop, person: PersonId, phone: str) -> None:
    """Correct a telephone number."""
    sheet = laptop.desk.persons.sheet(person).person
    laptop.desk.persons.edit(replace(sheet, phone1=phone))


def welcome(host: Laptop, person: PersonId, guest: Laptop) -> None:
    """Give a colleague a place in the circle of somebody."""
    colleague = ProfessionalId(guest.session.workplace.me)
    host.desk.persons.welcome(person, colleague, CircleRole.CONTRIBUTOR)


def come_home(*laptops: Laptop) -> None:
    """Each synchronises, one after the other."""
    for laptop in laptops:
        laptop.sync()


def time_passes(office: Office, *laptops: Laptop) -> None:
    """Four months: what they sent before them goes from their archives with what they send next."""
    office.clock.advance(days=120)
    for laptop in laptops:
        laptop.clock.advance(days=120)
    come_home(*laptops)


def followed_by_both(host: Laptop, guest: Laptop, summary: str = "") -> PersonId:
    """Open a dossier that both have on their laptops, with what the first has written in it."""
    person = somebody(host)
    welcome(host, person, guest)
    if summary:
        meet(host, person, summary)
    come_home(host, guest)
    return person


def end_place(
    host: Laptop,
    person: PersonId,
    guest: Laptop,
    reason: CircleEnd = CircleEnd.END_OF_PROGRAM,
) -> None:
    """End the places of a colleague in the circle of somebody."""
    for place in host.desk.persons.sheet(person).circle:
        if place.colleague.id == guest.session.workplace.me:
            host.desk.persons.end_membership(place.id, reason)


def dropped(*_asked: object) -> NoReturn:
    """Stand for a question to the office that the network cuts."""
    raise Offline(OfflineReason.DROPPED)


def is_verified(laptop: Laptop) -> bool:
    """Tell whether the last comparison said that both sides hold the same."""
    state = laptop.session.workplace.store.state
    return state.verified_at() is not None and not state.is_diverged()


def outcomes(laptop: Laptop) -> list[str]:
    """Return how the latest synchronisations ended, newest first."""
    return [it.outcome for it in laptop.session.workplace.store.journal.latest(10)]


def assert_honest(laptop: Laptop) -> None:
    """The digests kept are those of the rows, computed here from nothing but the rows."""
    store = laptop.session.workplace.store
    assert not store.outbox.pending_count()
    found: dict[str, list[int]] = {}
    for spec in SYNCED.values():
        for (rid,) in store.database.rows(f'SELECT "id" FROM "{spec.name}"'):
            data = store.records.data(spec, rid) or {}
            found.setdefault(bucket_of(spec, rid, data), []).append(
                record_digest(spec.name, rid, data)
            )
    sums = {b: Held(len(all_), sum(all_) % MODULUS) for b, all_ in found.items()}
    assert store.proof.buckets() == sums
    assert store.proof.root() == root_of((b, it.records, it.digest) for b, it in sums.items())
