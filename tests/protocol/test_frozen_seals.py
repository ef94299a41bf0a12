"""What was sealed in ``tests/frozen/wire-2-sealed`` opens to the words, with keys that are known.

The office carried it and opened none: here is the side that can.
"""

from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.crypto.account_bundle import AccountKeys, unwrap_account
from desktop.crypto.circle_statement import Statement
from desktop.crypto.key_shares import KeyShare, join_shares
from desktop.crypto.pairing import KnownLaptop
from desktop.crypto.pieces import key_from_hex, open_pieces
from desktop.crypto.sealing import unseal
from desktop.services.workplace import Workplace
from desktop.store.state import Progress
from desktop.store.store import Store
from desktop.sync import messages
from protocol import wire, wire_keys
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds import Conflict, Document, spec_of
from tests.crypto.doubles import SeededRandom
from tests.frozen.exchanges import load
from tests.frozen.known_keys import (
    CLAIRE,
    DEPARTMENT,
    MEHDI,
    NADIA,
    circle_key,
    document_key,
    known_identity,
    own_place,
    paper,
    sealed,
    text_place,
)
from tests.frozen.life import FOLLOW_UP, NOTE, PERSON
from tests.frozen.life_2_keys import RENEWED, new_laptop, share_place
from tests.frozen.life_2_sealed import (
    CONFLICT,
    DOCUMENT,
    HERS,
    HIS,
    JOINED,
    LETTER,
    LOST,
    NEXT_STEP,
    OTHER_KEY,
    OWN_KEY,
    REQUEST,
    ROUTE,
    SUMMARY,
    THOUGHT,
    TITLE,
    TRIP,
    letter,
)
from tests.frozen.office import SERVER
from tests.support.laptop import Desk, TurnedClock, desk_of
from tests.support.laptop import SeededRandom as Drawn
from tests.sync.told_office import ToldOffice, synchroniser_of

FOLDER = Path(__file__).parent.parent / "frozen" / "wire-2-sealed"
SAID = {sample.exchange.name: sample for sample in load(FOLDER)}
ALL = "mehdi-reads-all-of-it-again"
ASKED, NOTED = ("person", PERSON, "request"), ("follow_up", FOLLOW_UP, "summary")
WORDS = ("attentif", "ligue", "anormal", "volcan")
"""What both laptops showed while they made acquaintance."""
Records = dict[tuple[str, str], dict[str, Any]]  # fields as they travel, by kind and identifier


def given(name: str) -> Records:
    """Return the records that a reply gave."""
    reply = wire.decode(SAID[name].clear_reply, wire.SyncReply)
    told = msgspec.structs.replace(reply, results=[])  # of operations that are not at stake
    page = messages.page(told, [], Progress(reply.epoch, 0, None))
    return {(item.kind, item.rid): item.data for item in page.incoming}


def sent(name: str) -> Records:
    """Return the records that a request sent."""
    request = wire.decode(SAID[name].clear_request, wire.SyncRequest)
    return {
        (request.kinds[op.kind], op.rid): {
            request.fields[number]: value
            for number, value in zip(op.fields[::2], op.fields[1::2], strict=True)
        }
        for op in request.ops
    }


def professional(name: str) -> str:
    """Return who enrolled."""
    return wire.decode(SAID[name].clear_reply, wire.EnrolReply).professional


# -- what a circle shares ---------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Mehdi's laptop, on which nobody has read anything yet."""
    path, key = tmp_path / "coffre.db", "5a" * 48
    Store.create(path, key).close()
    clock = TurnedClock()
    workplace = Workplace(
        store=Store.open(path, key),
        clock=clock,
        random=Drawn(),
        me=ProfessionalId(professional("mehdi-enrols")),
        department=DEPARTMENT,
        identity=known_identity(MEHDI),
    )
    return desk_of(workplace, clock)


def test_the_laptop_of_today_shows_the_words_that_were_sealed_for_its_circle(desk: Desk) -> None:
    reply = wire.decode(SAID[ALL].clear_reply, wire.SyncReply)
    office = ToldOffice()
    office.tell(lambda request: msgspec.structs.replace(reply, ack=0))

    synchroniser_of(desk, office).run()

    [line] = desk.follow_ups.timeline(PersonId(PERSON))
    assert (line.summary, line.next_step) == (SUMMARY, NEXT_STEP)
    assert desk.persons.sheet(PersonId(PERSON)).person.request == JOINED
    document = desk.store.records.get(Document, RecordId(DOCUMENT))
    assert document is not None
    assert document.title == TITLE
    content = open_pieces(key_from_hex(document.key), DOCUMENT, [piece()], document.digest)
    assert content == LETTER
    # It computes from its own rows what the office said it holds.
    assert desk.store.state.verified_at() is not None
    assert not desk.store.state.is_diverged()


@pytest.mark.parametrize(
    ("read", "name", "place", "words"),
    [
        (sent, "claire-opens-a-dossier-and-gives-its-key", ASKED, REQUEST),
        (sent, "mehdi-writes-a-sealed-text", ASKED, HIS),
        (sent, "claire-crosses-it-and-is-stale", ASKED, HERS),
        (given, "claire-crosses-it-and-is-stale", ASKED, HIS),
        (given, "mehdi-reads-both-joined", ASKED, JOINED),
        (given, "mehdi-reads-what-is-sealed-for-him", NOTED, SUMMARY),
        (given, ALL, ("document", DOCUMENT, "title"), TITLE),
    ],
)
def test_a_text_of_then_opens_with_the_known_key_and_is_sealed_today_to_the_byte(
    read: Callable[[str], Records], name: str, place: tuple[str, str, str], words: str
) -> None:
    kind, rid, field = place
    value = read(name)[kind, rid][field]
    assert opened(value, place) == words
    assert sealed(words, *place) == value


def opened(value: str, place: tuple[str, str, str]) -> str:
    """Return the words of a text of the circle."""
    return circle_key().open(b64decode(value.removeprefix("2")), text_place(*place)).decode()


def test_what_a_conflict_of_then_carries_opens_too() -> None:
    kept = given("claire-reads-what-he-kept")[spec_of(Conflict).name, CONFLICT]["lost"]
    assert opened(msgspec.json.decode(kept.removeprefix("0"), type=str), ASKED) == LOST


@pytest.mark.parametrize(("rid", "owner"), [(OWN_KEY, CLAIRE), (OTHER_KEY, MEHDI)])
def test_a_statement_of_then_is_claires_and_gives_the_key(rid: str, owner: int) -> None:
    said = Statement.from_bytes(b64decode(given(ALL)["circle_key", rid]["statement"]))
    assert said.is_signed_by(known_identity(CLAIRE).public.signing)
    assert said.taken(known_identity(owner).encryption).name == circle_key().name


@pytest.mark.parametrize(
    ("kind", "rid", "field", "words"),
    [("trip", TRIP, "route", ROUTE), ("clinical_note", NOTE, "body", THOUGHT)],
)
def test_what_is_nobody_elses_opens_for_her_alone(
    kind: str, rid: str, field: str, words: str
) -> None:
    value = sent("claire-opens-a-dossier-and-gives-its-key")[kind, rid][field]
    place = own_place(kind, rid, field, professional("claire-enrols"))
    envelope = b64decode(value.removeprefix("1"))
    opened = unseal(envelope, known_identity(CLAIRE).encryption, place, revision=1)
    assert opened.decode() == words
    assert (kind, rid) not in given(ALL)


# -- documents --------------------------------------------------------------------------------


def piece() -> bytes:
    """Return the piece as Mehdi was given it."""
    body = wire.decode(SAID["mehdi-takes-a-piece"].clear_reply, wire.TakeReply).body
    assert body is not None
    return body


def test_a_piece_of_then_opens_with_its_known_key_and_is_sealed_today_to_the_byte() -> None:
    record = given(ALL)["document", DOCUMENT]
    assert open_pieces(document_key(DOCUMENT), DOCUMENT, [piece()], record["digest"]) == LETTER
    assert [piece()] == letter(DOCUMENT)


# -- keys of one person -----------------------------------------------------------------------


def is_claire(keys: AccountKeys) -> bool:
    """Whether these are the keys of her identity."""
    public = known_identity(CLAIRE).public
    return (keys.signing.public, keys.encryption.public) == (public.signing, public.encryption)


def heard(name: str) -> list[bytes]:
    """Return what one side of the pairing heard."""
    told = wire.decode(SAID[name].clear_reply, wire_keys.PairReply).heard
    return [b64decode(text) for text in told]


def test_two_laptops_of_today_agree_on_the_words_and_the_identity_of_then() -> None:
    begun = wire.decode(SAID["claire-begins-a-pairing"].clear_reply, wire_keys.PairReply)
    promise, opening = heard("claire-gives-her-identity")
    answer, given_identity = heard("the-new-laptop-receives-it")
    new = new_laptop(begun.invitation)
    known = KnownLaptop(SERVER, begun.invitation, promise, SeededRandom("known laptop"))

    assert (new.promise, known.answer, new.hear(answer)) == (promise, answer, opening)
    assert known.hear(opening) == new.words == WORDS
    assert is_claire(new.receive(given_identity))


def invited() -> wire_keys.InvitedReply:
    """Return what the office told whoever held Claire's invitation."""
    body = SAID["the-new-laptop-asks-whose-it-is"].clear_reply
    return wire.decode(body, wire_keys.InvitedReply)


def test_a_paper_of_then_opens_the_identity() -> None:
    user = known_identity(CLAIRE).public.signing.hex()
    [first] = invited().bundles
    assert is_claire(unwrap_account(b64decode(first), paper(CLAIRE), user=user))
    body = SAID["a-new-paper-alone"].clear_request
    renewed = wire.decode(body, wire_keys.BundleRequest).account_bundle
    assert is_claire(unwrap_account(b64decode(renewed), paper(RENEWED), user=user))


def test_the_shares_of_then_open_the_identity() -> None:
    told = invited()
    body = SAID["claire-gives-two-shares"].clear_request
    cut = wire.decode(body, wire_keys.SharesRequest)
    place = share_place(str(told.split), professional("claire-enrols"))
    one, other = (
        KeyShare.from_bytes(
            unseal(b64decode(share.sealed), known_identity(keeper).encryption, place, revision=0)
        )
        for keeper, share in zip((MEHDI, NADIA), cut.shares, strict=True)
    )
    user, bundle = str(told.identity_key), b64decode(str(told.shared_bundle))
    assert is_claire(unwrap_account(bundle, join_shares(one, other), user=user))
    [kept] = wire.decode(SAID["mehdi-keeps-a-share"].clear_reply, wire_keys.SharesReply).held
    assert (kept.split, kept.sealed) == (told.split, cut.shares[0].sealed)
