"""Conflicts for tests: two people wrote the same thing, and one of the two values stands."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from desktop.crypto.circle_texts import CircleSecret, TextPlace
from desktop.services.persons import NewPerson
from desktop.store.sealed_texts import seal_text
from protocol.clock import Hlc, from_millis
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds import Conflict
from protocol.kinds.conflicts import ConflictState, value_mark
from protocol.kinds.persons import CircleRole, Person
from protocol.values import Wire
from tests.support.laptop import TUESDAY, Desk, SeededRandom, bring, professional

ROY = ProfessionalId("01900000-0000-7000-8000-00000000e001")
"""Catherine Roy, the référente."""
MONDAY = datetime(2026, 11, 23, 15, 20, tzinfo=UTC)
"""Twenty past four in Melle."""
LATER = MONDAY + timedelta(minutes=45)
MINE = "Locataire du parc privé. Menacé d’expulsion, audience le 12 janvier."
HERS = "Locataire du parc privé. FSL demandé le 20 novembre."


def followed_by_both(desk: Desk) -> PersonId:
    """Return somebody that I and Catherine Roy both follow; nothing waits for the office."""
    bring(desk.workplace, professional(desk.workplace, ROY, "Catherine Roy"))
    person = desk.persons.create(NewPerson("Morisset", "Yves", request=HERS, phone1="0549")).value
    desk.persons.welcome(person, ROY, CircleRole.UNIQUE_REFERENT)
    all_sent(desk)
    return person


@pytest.fixture
def yves(claire: Desk) -> PersonId:
    """Claire and Catherine Roy both follow him."""
    return followed_by_both(claire)


def crossed(
    desk: Desk,
    person: PersonId,
    field: str,
    lost: Wire | Sequence[str],
    *,
    subject: str | None = None,
    kind: str = "person",
    standing: Wire = None,
    lost_by: str | None = None,
    kept_by: str | None = ROY,
    shift: timedelta = timedelta(),
) -> str:
    """Bring a conflict: my value lost on Monday at 16:20, Catherine’s of 17:05 stands."""
    made = Conflict(
        id=RecordId(desk.workplace.new_id()),
        created_at=TUESDAY + shift,
        created_by=desk.workplace.me,
        dossier=person,
        subject_kind=kind,
        subject=RecordId(subject or person),
        field=field,
        lost=json.dumps(lost),
        lost_hlc=_hlc(MONDAY + shift),
        lost_by=ProfessionalId(lost_by or desk.workplace.me),
        kept_by=ProfessionalId(kept_by) if kept_by else None,
        kept_hlc=_hlc(LATER + shift),
        kept_mark=value_mark(standing) if standing is not None else None,
    )
    bring(desk.workplace, made)
    return made.id


def offered(
    desk: Desk, person: PersonId, field: str, value: Wire, *, subject: str, kind: str = "follow_up"
) -> str:
    """Bring what a laptop that left somebody's dossier still held, and the office had forgotten."""
    made = Conflict(
        id=RecordId(desk.workplace.new_id()),
        created_at=TUESDAY,
        created_by=ROY,
        dossier=person,
        subject_kind=kind,
        subject=RecordId(subject),
        field=field,
        lost=json.dumps(value),
        lost_hlc=0,
    )
    bring(desk.workplace, made)
    return made.id


def unread(
    dossier: str,
    field: str,
    text: str,
    *,
    kind: str = "person",
    subject: str | None = None,
    seed: int = 99,
) -> tuple[CircleSecret, str]:
    """Return a colleague's words as they come, and the key that has not come with them."""
    secret = CircleSecret.generate(SeededRandom(seed))
    return secret, seal_text(secret, TextPlace(dossier, kind, subject or dossier, field), text)


def stands(desk: Desk, person: PersonId, field: str, value: Wire) -> None:
    """Put a value of somebody's sheet in place as the office gives it, opened by nobody."""
    with desk.store.database.transaction():
        desk.store.database.execute(
            f'UPDATE "person" SET "{field}" = ? WHERE "id" = ?', (value, person)
        )


def key_comes(desk: Desk, dossier: str, secret: CircleSecret) -> None:
    """Give a laptop the key that it waited for."""
    with desk.store.database.transaction():
        desk.store.texts.keep(dossier, secret)


def all_sent(desk: Desk) -> None:
    """Have the office take everything."""
    with desk.store.database.transaction():
        for table in ("outbox", "op_fields", "mirror"):
            desk.store.database.execute(f'DELETE FROM "{table}"')


def state(desk: Desk, conflict: str) -> ConflictState:
    """Return where a conflict stands."""
    found = desk.store.records.get(Conflict, conflict)
    assert found is not None
    return found.state


def person_of(desk: Desk, rid: PersonId) -> Person:
    """Return a person as a laptop holds her."""
    found = desk.store.records.get(Person, rid)
    assert found is not None
    return found


def _hlc(at: datetime) -> Hlc:
    return from_millis(int(at.timestamp() * 1000))
