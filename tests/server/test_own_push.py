"""What a laptop that has read everything is given with its own push: what it would read anew."""

from collections.abc import Callable

import msgspec

from protocol import wire
from protocol.wire import DELETE
from tests.server.samples import edit, follow_up, member, person, place
from tests.support.raw_device import Op, RawDevice, now_hlc

Sent = Callable[[RawDevice, RawDevice, Op, int], list[Op]]
"""What Claire sends; Mehdi shares the dossier, and she had read up to the number when he wrote."""


def _crossed(**fields: object) -> Sent:
    return lambda _claire, _mehdi, dossier, base: [edit(dossier, base, **fields)]


def _later(_claire: RawDevice, _mehdi: RawDevice, dossier: Op, base: int) -> list[Op]:
    return [Op("person", dossier.rid, {"phone1": "c"}, base=base, hlc=now_hlc(later_ms=9_000))]


def _ended(claire: RawDevice, _mehdi: RawDevice, dossier: Op, _base: int) -> list[Op]:
    hers = member(claire, dossier.rid, claire.professional)
    return [hers, edit(hers, claire.cursor, ended_on="2026-11-01")]


SENT: dict[str, Sent] = {
    "an edit": lambda claire, _mehdi, dossier, _base: [edit(dossier, claire.cursor, phone2="1")],
    "a meeting": lambda claire, _mehdi, dossier, _base: [follow_up(claire, dossier.rid)],
    "a new dossier": lambda claire, _mehdi, _dossier, _base: [person(claire)],
    "a place, refused or not": lambda claire, _mehdi, _dossier, _base: [place(claire)],
    "a deletion": lambda claire, _mehdi, dossier, _base: [
        Op("person", dossier.rid, base=claire.cursor, verb=DELETE)
    ],
    "a deletion that crosses an edit": lambda _claire, _mehdi, dossier, base: [
        Op("person", dossier.rid, base=base, verb=DELETE)
    ],
    "an edit that loses": _crossed(phone1="c"),
    "an edit that wins": _later,
    "a set that is joined": lambda _claire, _mehdi, dossier, base: [
        Op("follow_up", meeting_of(dossier), {"themes": [["housing"], []]}, base=base)
    ],
    "a text to be joined": _crossed(request="2YQ"),
    "a colleague's place": lambda claire, mehdi, dossier, _base: [
        member(claire, dossier.rid, mehdi.professional)
    ],
    "her own place, ended": _ended,
}


def test_a_push_brings_what_reading_from_there_brings(claire: RawDevice, mehdi: RawDevice) -> None:
    for name, sent in SENT.items():
        dossier = shared(claire, mehdi)
        base = claire.cursor
        later = now_hlc(later_ms=4_000)
        theirs = {"phone1": "m", "request": "2WB"}
        told = mehdi.push(
            Op("person", dossier.rid, theirs, base=mehdi.cursor, hlc=later),
            Op("follow_up", meeting_of(dossier), {"themes": [["mobility"], []]}, base=mehdi.cursor),
        )
        assert not told.results
        claire.pull()
        before = claire.cursor
        given = claire.ask(claire.request(sent(claire, mehdi, dossier, base)))
        claire.next_op = given.ack + 1
        again = claire.ask(claire.request(cursor=before))
        assert given.root is not None
        assert (name, _page(given)) == (name, _page(again))


def test_a_push_brings_what_others_wrote_meanwhile(claire: RawDevice, mehdi: RawDevice) -> None:
    dossier = shared(claire, mehdi)
    mehdi.push(edit(dossier, mehdi.cursor, phone1="m"))
    reply = claire.ask(claire.request([edit(dossier, claire.cursor, phone2="c")]))
    assert [change.rid for change in reply.changes] == [dossier.rid]


def shared(claire: RawDevice, mehdi: RawDevice) -> Op:
    """Return a new dossier that both have read."""
    dossier = person(claire, phone1="00", request="2WA")
    places = [member(claire, dossier.rid, who.professional) for who in (claire, mehdi)]
    assert not claire.push(
        dossier, *places, follow_up(claire, dossier.rid, meeting_of(dossier))
    ).results
    for device in (claire, mehdi):
        device.pull()
    return dossier


def meeting_of(dossier: Op) -> str:
    """Return the identifier of its first meeting."""
    return f"{dossier.rid[:-1]}{int(dossier.rid[-1], 16) ^ 1:x}"


def _page(reply: wire.SyncReply) -> wire.SyncReply:
    return msgspec.structs.replace(reply, ack=0, hlc=0, results=[])
