"""The Département's key on laptops that know it, that do not yet, and that no longer do."""

from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.crypto.circle_statement import Statement, identity_digest
from desktop.crypto.circle_texts import CircleSecret, TextPlace
from desktop.crypto.errors import CryptoError
from desktop.crypto.escrow import ESCROW, NO_ESCROW, Escrow, EscrowKey
from desktop.crypto.identity_words import identity_words
from desktop.crypto.key_shares import KeyShare
from desktop.crypto.keys import EncryptionKey
from desktop.crypto.sealing import Place, revision_of, unseal
from desktop.domain.closed_texts import NOT_YET
from desktop.escrow.opening import open_dossier
from desktop.services.escrow import What, take_policy
from desktop.services.persons import NewPerson
from desktop.services.trips import TripForm
from desktop.store.circle_said import Circle
from protocol.escrow import OpeningGrant
from protocol.ids import PersonId, ProfessionalId, uuid7
from protocol.kinds import SYNCED
from protocol.values import Wire
from protocol.visibility import bucket_of
from tests.support.ceremony import DAY, Departments, Terminal, with_a_key
from tests.support.circle import Carried, Member, carry, introduce, member, welcome
from tests.support.departments_key import opening_request
from tests.support.laptop import SeededRandom, desk_of

SHARED, CLINICAL, TRIP = "Un canari dans la mine", "Rossignol clinique", "Chouette du carnet"
OLD, NEW = (EscrowKey.generate(SeededRandom(seed)).public for seed in (1, 2))


@pytest.fixture
def people(tmp_path: Path) -> Iterator[list[Member]]:
    """Claire, Mehdi and Sofia, without a Département's key yet."""
    made = [member(tmp_path, name, 7 + at) for at, name in enumerate(("claire", "mehdi", "sofia"))]
    introduce(made)
    yield made
    for one in made:
        one.desk.store.close()


def follow(one: Member, escrow: Escrow) -> None:
    """Have somebody's laptop opened again under this policy."""
    one.desk = desk_of(replace(one.desk.workplace, escrow=escrow), one.desk.clock)


def opened(host: Member, *guests: Member) -> PersonId:
    person = host.desk.persons.create(
        NewPerson(birth_name="Morisset", first_name="Yves", request=f"{SHARED}, demande")
    ).value
    for guest in guests:
        welcome(host, person, guest)
    host.given()
    for guest in guests:
        carry(person, host, guest)
    return person


def write(by: Member, person: PersonId, text: str, clinical: str = "") -> None:
    form = by.desk.follow_ups.begin(person)
    by.desk.follow_ups.finish(replace(form, summary=text, clinical=clinical))


def statements(by: Member, person: PersonId) -> list[Statement]:
    return [
        Statement.from_bytes(b64decode(str(data["statement"])))
        for kind, _, _, data in by.holds(person)
        if kind == "circle_key"
    ]


def epochs(by: Member, person: PersonId) -> int:
    return len(by.desk.store.texts.held(person))


def given_to(by: Member, person: PersonId, escrow: EscrowKey) -> int:
    """Return how many keys this key of the Département opens."""
    digest = identity_digest(escrow.public)
    found = set()
    for one in statements(by, person):
        if one.identity == digest:
            found.add(one.taken(escrow.encryption).name)
    return len(found)


# -- giving ----------------------------------------------------------------------------------------


def test_a_dossier_of_before_is_given_at_the_next_contact_and_a_new_one_at_once(
    people: list[Member],
) -> None:
    claire, mehdi, _ = people
    key = EscrowKey.generate(SeededRandom(1))
    before = opened(claire, mehdi)
    assert given_to(claire, before, key) == 0
    follow(claire, Escrow(OLD))
    claire.given()
    assert (given_to(claire, before, key), epochs(claire, before)) == (1, 1)
    after = opened(claire)
    assert (given_to(claire, after, key), epochs(claire, after)) == (1, 1)
    assert claire.desk.persons.readers(before) == mehdi_alone(claire, mehdi)
    claire.given()
    carry(before, claire, mehdi)
    write(mehdi, before, SHARED)
    assert epochs(mehdi, before) == 1, "who has no policy yet goes on with the same key"


def mehdi_alone(claire: Member, mehdi: Member) -> list[object]:
    return [one for one in claire.desk.directory.colleagues().values() if one.id == mehdi.me]


def test_while_the_policy_spreads_nobody_begins_without_end(people: list[Member]) -> None:
    claire, mehdi, sofia = people
    person = opened(claire, mehdi, sofia)
    follow(claire, Escrow(OLD))
    follow(mehdi, Escrow(NEW))  # laid by mistake, or laid since
    for turn in range(4):
        for one in (claire, mehdi, sofia):
            write(one, person, f"{SHARED} {turn}")
            one.given()
            for other in (claire, mehdi, sofia):
                if other is not one:
                    carry(person, one, other)
    assert epochs(sofia, person) <= 4


def test_once_the_key_changed_or_went_what_is_written_is_closed_to_the_former_one(
    people: list[Member],
) -> None:
    claire, mehdi, _ = people
    former = EscrowKey.generate(SeededRandom(1))
    follow(claire, Escrow(OLD))
    person = opened(claire, mehdi)
    assert given_to(claire, person, former) == 1
    follow(claire, Escrow(NEW, frozenset({identity_digest(OLD)})))
    write(claire, person, SHARED)
    claire.given()
    held = (
        given_to(claire, person, former),
        given_to(claire, person, EscrowKey.generate(SeededRandom(2))),
    )
    assert (epochs(claire, person), held) == (2, (1, 2))
    follow(claire, Escrow(None, frozenset(map(identity_digest, (OLD, NEW)))))
    write(claire, person, f"{SHARED} encore")
    write(claire, person, f"{SHARED} toujours")
    assert (epochs(claire, person), given_to(claire, person, former)) == (3, 1)


# -- the policy ------------------------------------------------------------------------------------


def test_a_policy_that_comes_changes_or_goes_is_told_once(people: list[Member]) -> None:
    claire = people[0]
    store, clock = claire.desk.store, claire.desk.clock

    def opens(told: bytes | None, *, is_readable: bool = True) -> tuple[Escrow, What | None]:
        escrow = take_policy(store, clock, told, is_readable=is_readable)
        follow(claire, escrow)
        news = claire.desk.escrow.news()
        claire.desk.escrow.read(news)
        return escrow, None if news.change is None else news.change.what

    old, new = OLD.signing + OLD.encryption, NEW.signing + NEW.encryption
    assert opens(None) == (NO_ESCROW, None)
    assert opens(old) == (Escrow(OLD), What.COME)
    assert opens(old) == (Escrow(OLD), None)
    assert opens(None, is_readable=False) == (Escrow(OLD), None)
    assert opens(new) == (Escrow(NEW, frozenset({identity_digest(OLD)})), What.CHANGED)
    assert opens(None)[1] is What.GONE
    assert opens(old) == (Escrow(OLD, frozenset({identity_digest(NEW)})), What.COME)
    assert [one.what for one in claire.desk.escrow.sheet().changes] == [
        *(What.COME, What.GONE, What.CHANGED, What.COME)
    ]
    assert claire.desk.escrow.sheet().changes[0].fingerprint == OLD.fingerprint


# -- what the key opens ----------------------------------------------------------------------------


def test_all_that_the_key_opens_is_what_circles_share(people: list[Member]) -> None:
    """Every value that laptops send, tried as a text of every circle and as a note of everybody."""
    claire, mehdi, _ = people
    key = EscrowKey.generate(SeededRandom(1))
    for one in people:
        follow(one, Escrow(OLD))
    person = opened(claire, mehdi)
    write(claire, person, SHARED, clinical=CLINICAL)
    claire.desk.trips.note(TripForm(claire.desk.clock.moment.date(), 12, TRIP))
    claire.given()
    carry(person, claire, mehdi)
    write(mehdi, person, f"{SHARED}, dit Mehdi", clinical=f"{CLINICAL} de Mehdi")
    found = opened_by(key.encryption, claire, mehdi)
    assert found == {SHARED, f"{SHARED}, dit Mehdi", f"{SHARED}, demande"}
    # What the search must be able to see: her own key opens her notes.
    assert CLINICAL in opened_by(claire.desk.workplace.identity.encryption, claire)


def opened_by(key: EncryptionKey, *laptops: Member) -> set[str]:
    """Return every text that a key opens, in all that these laptops hold, as they send it."""
    records = [
        (spec.name, bucket_of(spec, rid, data), rid, data, one)
        for one in laptops
        for spec in SYNCED.values()
        for rid, data in one.desk.store.records.data_of(spec, _rids(one, spec.name)).items()
    ]
    secrets: dict[bytes, CircleSecret] = {}
    for kind, _, _, data, _ in records:
        if kind == "circle_key":
            with suppress(CryptoError):
                taken = Statement.from_bytes(b64decode(str(data["statement"]))).taken(key)
                secrets[taken.name] = taken
    found: set[str] = set()
    for kind, bucket, rid, data, one in records:
        for name, value in data.items():
            sealed = bytes_of(value)
            for secret in secrets.values():
                with suppress(CryptoError):
                    found.add(secret.open(sealed, TextPlace(bucket, kind, rid, name)).decode())
            place = Place("79", kind, rid, name, ProfessionalId(one.me))
            with suppress(CryptoError):
                found.add(unseal(sealed, key, place, revision=revision_of(sealed)).decode())
    return found


def _rids(one: Member, kind: str) -> list[str]:
    return [str(row[0]) for row in one.desk.store.database.rows(f'SELECT "id" FROM "{kind}"')]


def bytes_of(value: object) -> bytes:
    """Return what a sealed value holds; nothing for another."""
    try:
        return b64decode(str(value)[1:], validate=True)
    except ValueError:
        return b""


# -- an office that lies to the ceremony -----------------------------------------------------------


def ceremony(
    key: Departments, claire: Member, sofia: Member, person: PersonId, *more: Statement
) -> OpeningGrant:
    """Open a dossier to Sofia; ``more`` is what the office slips in."""
    public = sofia.desk.workplace.identity.public
    held = [*statements(claire, person), *more]
    request = opening_request(held, person, str(sofia.me), public)
    papers = list(key.papers[:2])

    def answer(question: str) -> str:
        if "huit mots" in question:
            return " ".join(identity_words(public))
        return papers.pop(0) if "part," in question else "oui"

    return open_dossier(Terminal(answer).table(), request, DAY, SeededRandom(9))


def bring(to: Member, person: PersonId, giver: Member, grant: OpeningGrant) -> None:
    """Carry a dossier, and what the ceremony answered, to somebody who has a place now."""
    at: dict[str, Wire] = {
        "created_at": "2026-11-24T09:00:00Z",
        "created_by": str(giver.me),
        "person": person,
    }
    place = {**at, "professional": str(to.me), "role": "contributor", "started_on": "2026-11-24"}
    told: list[Carried] = [("circle_member", person, uuid7(2, bytes(10)), place)]
    told += [
        ("circle_key", person, uuid7(3 + n, bytes(10)), {**at, "statement": text})
        for n, text in enumerate(grant.statements)
    ]
    to.given(*giver.holds(person), *told)


def invented(key: Departments, claire: Member, person: PersonId) -> tuple[CircleSecret, Statement]:
    """Return a key that the office knows, said to be Claire's, of a later epoch than hers."""
    secret, office = CircleSecret.generate(SeededRandom(5)), EscrowKey.generate(SeededRandom(6))
    made = Statement(
        dossier=person,
        epoch=9,
        key=secret.name,
        previous=b"",
        founds=False,
        giver=str(claire.me),
        recipient=ESCROW,
        identity=b"",
        members=tuple(sorted((ESCROW, str(claire.me)))),
    )
    given = made.giving(secret, key.public, SeededRandom(8))
    return secret, given.signed(office.signing)


@pytest.mark.parametrize("is_guarded", [True, False], ids=["as it is", "without its guard"])
def test_a_key_that_the_office_slips_into_the_ceremony_seals_nothing(
    people: list[Member], monkeypatch: pytest.MonkeyPatch, is_guarded: bool
) -> None:
    claire, _, sofia = people
    key = with_a_key(SeededRandom(3))
    for one in people:
        follow(one, Escrow(key.public))
    person = opened(claire)
    write(claire, person, SHARED)
    secret, slipped = invented(key, claire, person)
    grant = ceremony(key, claire, sofia, person, slipped)
    assert len(grant.statements) == 2
    if not is_guarded:
        monkeypatch.setattr(Circle, "came_from_escrow", lambda self, name: False)
    bring(sofia, person, claire, grant)
    assert [it.summary for it in sofia.desk.follow_ups.timeline(person)] == [SHARED]
    write(sofia, person, "La suite")
    sofia.given()
    sent = sofia.road.requests
    assert any(_opens(secret, sofia, person)) is not is_guarded
    assert "La suite" not in repr(sent)
    assert given_to(
        sofia, person, EscrowKey.joined(*map(KeyShare.from_words, key.papers[1:]))
    ) == 3 - (not is_guarded)


def _opens(secret: CircleSecret, by: Member, person: PersonId) -> Iterator[bool]:
    for kind, _, rid, data in by.holds(person):
        for name, value in data.items():
            with suppress(CryptoError):
                yield bool(secret.open(bytes_of(value), TextPlace(person, kind, rid, name)))


def test_a_laptop_without_the_policy_takes_no_word_of_the_key(people: list[Member]) -> None:
    claire, _, sofia = people
    key = with_a_key(SeededRandom(3))
    follow(claire, Escrow(key.public))
    person = opened(claire)
    write(claire, person, SHARED)
    grant = ceremony(key, claire, sofia, person)
    bring(sofia, person, claire, grant)
    assert [it.summary for it in sofia.desk.follow_ups.timeline(person)] == [NOT_YET]
    assert not sofia.desk.escrow.news()
    follow(sofia, Escrow(OLD))
    sofia.given()
    assert [it.summary for it in sofia.desk.follow_ups.timeline(person)] == [NOT_YET]
    follow(sofia, Escrow(key.public))  # laid at last: what had come is taken
    sofia.given()
    assert [it.summary for it in sofia.desk.follow_ups.timeline(person)] == [SHARED]
    assert len(sofia.desk.escrow.news().openings) == 1
