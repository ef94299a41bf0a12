"""Every road by which a laptop may be given a record, and what came by it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import msgspec

from protocol import compression, wire
from protocol.ids import REFERENCE_BUCKET
from tests.server.matrix.promises import ACCEPTED
from tests.server.matrix.town import Actor, Key, Records, Town
from tests.support.raw_device import RawDevice, Refused, post

_FIRST = "00000000-0000-0000-0000-000000000000"


Wanted = list[Key]


class Road(Enum):
    """A way to ask."""

    SYNC = "a first synchronisation"
    SINCE = "a synchronisation since a cursor"
    PAGE = "a page asked for by its place"
    DIGESTS = "the digests of all buckets"
    BUCKET_DIGESTS = "the digests of the dossier"
    REREAD = "the dossier's records again"
    REREAD_ASIDE = "the dossier's records again, as if of the reference"


@dataclass
class Given:
    """What came by one road."""

    bytes: bytes = b""
    """Everything that was said, but for the buckets to drop."""
    records: Records = field(default_factory=dict)
    digests: set[tuple[str, str]] = field(default_factory=set)
    """Records that were named with a digest only."""
    buckets: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    refused: str | None = None


def ask(town: Town, actor: Actor, road: Road, wanted: Iterable[Key]) -> Given:
    """Ask by one road for these records of the dossier; return what came."""
    given = Given()
    with _refusals(given):
        _ROADS[road](town, actor, list(wanted), given)
    return given


def ask_again(device: RawDevice, bucket: str, wanted: Iterable[Key]) -> Given:
    """Ask for records of any bucket to be given again."""
    given = Given()
    with _refusals(given):
        _reread_in(device, bucket, list(wanted), given)
    return given


@contextmanager
def _refusals(given: Given) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        given.refused = f"{refused.status} {refused.code}"
        given.bytes = msgspec.json.encode([refused.code, refused.detail])


def post_signed(
    device: RawDevice, path: str, message: msgspec.Struct, reply: type[wire.M]
) -> wire.M:
    """Send a signed message to an address; return its answer, or raise ``Refused``."""
    device.counter += 1
    body = compression.compress(wire.encode(message))
    headers = {**device.headers(body, target=path), "Content-Encoding": compression.ENCODING}
    return wire.decode(post(device.office, path, body, headers, device.session), reply)


def give_piece(device: RawDevice, document: str, body: bytes, *, number: int = 0) -> str:
    """Give one piece of a document; return what that is answered."""
    asked = wire.GiveRequest(document, number, body)
    try:
        post_signed(device, "/v1/pieces/give", asked, wire.GiveReply)
    except Refused as refused:
        return f"{refused.status} {refused.code}"
    return ACCEPTED


def take_piece(device: RawDevice, document: str) -> bytes | str | None:
    """Return the first piece of a document, or what asking for it is answered."""
    asked = wire.TakeRequest(document, 0)
    try:
        return post_signed(device, "/v1/pieces/take", asked, wire.TakeReply).body
    except Refused as refused:
        return f"{refused.status} {refused.code}"


def named_documents(device: RawDevice, document: str) -> list[str] | str:
    """Ask what the office lacks of a document; return which it names, or what it answers."""
    asked = wire.PiecesRequest([document])
    try:
        return post_signed(device, "/v1/pieces/missing", asked, wire.PiecesReply).documents
    except Refused as refused:
        return f"{refused.status} {refused.code}"


def _sync(device: RawDevice, given: Given, **asked: Any) -> None:  # fields of a request
    more = asked.pop("after", None)
    while True:
        page = device.ask(device.request(after=more, **asked))
        given.dropped |= set(page.dropped)
        given.bytes += wire.encode(msgspec.structs.replace(page, dropped=[]))
        _note(given, page)
        more = page.more
        if more is None:
            return


def _note(given: Given, page: wire.SyncReply | wire.RereadReply) -> None:
    for change in page.changes:
        numbers, values = change.fields[::2], change.fields[1::2]
        data = {page.fields[n]: value for n, value in zip(numbers, values, strict=True)}
        known = {} if change.whole else given.records.get((page.kinds[change.kind], change.rid), {})
        given.records[page.kinds[change.kind], change.rid] = known | data
        given.buckets.add(change.bucket)


def _from_nothing(_town: Town, actor: Actor, _wanted: Wanted, given: Given) -> None:
    _sync(actor.device, given, cursor=0)


def _since(town: Town, actor: Actor, _wanted: Wanted, given: Given) -> None:
    _sync(actor.device, given, cursor=town.opened_at)


def _by_place(town: Town, actor: Actor, _wanted: Wanted, given: Given) -> None:
    _sync(actor.device, given, cursor=0, after=wire.Position(town.founded_at, 0, _FIRST))


def _digests(_town: Town, actor: Actor, _wanted: Wanted, given: Given) -> None:
    _ask_digests(actor.device, None, given)


def _bucket_digests(_town: Town, actor: Actor, _wanted: Wanted, given: Given) -> None:
    _ask_digests(actor.device, actor.dossier, given)


def _ask_digests(device: RawDevice, bucket: str | None, given: Given) -> None:
    reply = post_signed(device, "/v1/digests", wire.DigestsRequest(bucket), wire.DigestsReply)
    given.bytes += wire.encode(reply)
    given.buckets |= {item.bucket for item in reply.buckets}
    given.digests |= {(reply.kinds[item.kind], item.rid) for item in reply.records}


def _reread(_town: Town, actor: Actor, wanted: Wanted, given: Given) -> None:
    _reread_in(actor.device, actor.dossier, wanted, given)


def _reread_aside(_town: Town, actor: Actor, wanted: Wanted, given: Given) -> None:
    _reread_in(actor.device, REFERENCE_BUCKET, wanted, given)


def _reread_in(device: RawDevice, bucket: str, wanted: Wanted, given: Given) -> None:
    kinds = list(dict.fromkeys(kind for kind, _rid in wanted))
    asked = wire.RereadRequest(bucket, kinds, [(kinds.index(kind), rid) for kind, rid in wanted])
    reply = post_signed(device, "/v1/reread", asked, wire.RereadReply)
    given.bytes += wire.encode(reply)
    _note(given, reply)


_ROADS: Mapping[Road, Callable[[Town, Actor, Wanted, Given], None]] = {
    Road.SYNC: _from_nothing,
    Road.SINCE: _since,
    Road.PAGE: _by_place,
    Road.DIGESTS: _digests,
    Road.BUCKET_DIGESTS: _bucket_digests,
    Road.REREAD: _reread,
    Road.REREAD_ASIDE: _reread_aside,
}
