"""What a colleague who left, a copied laptop or a stranger tries against proofs and lives."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec
import pytest
from nacl.signing import SigningKey

from protocol import compression, wire
from protocol.kinds.conflicts import value_mark
from server.services.errors import Revoked
from server.services.renewal import Renewal
from server.services.sheet import lineage
from server.store import devices
from tests.server.samples import CREATED_AT, edit, follow_up, member, note, person
from tests.server.test_renewal import renewal, renewed
from tests.server.test_requests import refusal
from tests.server.test_rights import GRANT
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, enrol, fresh_id, post

CANARY = "CANARI"
FAR = 10**12
"""A cursor nobody has: « I had read everything »."""


@pytest.fixture
def dossier(claire: RawDevice, mehdi: RawDevice) -> Op:
    """Return a dossier of Claire's that Mehdi had, and has just lost."""
    made = person(claire, birth_name="CANARI-NOM")
    place = member(claire, made.rid, mehdi.professional)
    claire.push(made, member(claire, made.rid, claire.professional), place)
    claire.pull()
    mehdi.pull()
    claire.push(edit(place, claire.cursor, ended_on="2020-01-01"))
    claire.pull()
    mehdi.pull()
    return made


def details(reply: wire.SyncReply) -> list[list[str]]:
    """Return why each operation went aside."""
    return [result.detail for result in reply.results]


def asked(device: RawDevice, path: str, message: msgspec.Struct) -> bytes:
    """Ask a signed question; return the clear answer, or raise ``Refused``."""
    device.counter += 1
    body = compression.compress(wire.encode(message))
    headers = {**device.headers(body, target=path), "Content-Encoding": "zstd"}
    return post(device.office, path, body, headers, device.session)


def asked_with(device: RawDevice, given: Mapping[str, Any]) -> wire.SyncReply:
    """Sync with these members of the request."""
    return device.ask(device.request(**given))


def deletion(op: Op, base: int) -> Op:
    """Return the deletion of the record that ``op`` created."""
    return Op(op.kind, op.rid, verb=wire.DELETE, base=base)


def failures(office: Office) -> list[str]:
    """Return what the office logged as a fault of its own."""
    return [line for line in office.log().splitlines() if '"event": "failed"' in line]


def conflicts(device: RawDevice) -> list[dict[str, Any]]:
    """Return the conflicts a device has received."""
    return [record for (kind, _rid), record in device.seen.items() if kind == "conflict"]


# -- who left ---------------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [{}, {"minutes": 45}, {"minutes": 10}])
@pytest.mark.parametrize("base", [0, FAR])
def test_who_left_does_not_bring_back_in_silence_what_the_circle_deleted(
    claire: RawDevice, mehdi: RawDevice, fields: dict[str, object], base: int
) -> None:
    """Neither with an empty edit, nor by saying that she had read the deletion."""
    made = person(claire)
    met = follow_up(claire, made.rid, minutes=45)
    place = member(claire, made.rid, mehdi.professional)
    claire.push(made, member(claire, made.rid, claire.professional), place, met)
    mehdi.pull()
    claire.pull()
    claire.push(
        deletion(met, claire.cursor),
        edit(place, claire.cursor, ended_on="2020-01-01"),
    )
    mehdi.push(edit(met, base, **fields))
    claire.pull()
    other = enrol(claire.office)
    other.pull()
    is_back = ("follow_up", met.rid) in other.seen
    told = {record["field"] for record in conflicts(claire)}
    assert is_back == (fields == {"minutes": 10}), "only something new brings it back"
    assert told == ({"", "minutes"} if is_back else set()), "and the circle is asked"


def test_who_left_opens_nothing_by_saying_that_two_dossiers_are_one(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    own = person(mehdi)
    same = {
        "created_at": CREATED_AT,
        "created_by": mehdi.professional,
        "state": "merged",
        "before": "0" + msgspec.json.encode({"places": [dossier.rid]}).decode(),
    }
    reply = mehdi.push(
        own,
        Op("same_person", fresh_id(), {**same, "person": own.rid, "into": dossier.rid}),
        Op("same_person", fresh_id(), {**same, "person": dossier.rid, "into": own.rid}),
        member(mehdi, dossier.rid, mehdi.professional),
        member(mehdi, own.rid, claire.professional, rid=dossier.rid),
    )
    assert details(reply) == [GRANT, GRANT]
    mehdi.cursor = 0
    for page in mehdi.pull():
        assert CANARY.encode() not in wire.encode(page)
    for path, question in (
        ("/v1/digests", wire.DigestsRequest(dossier.rid)),
        ("/v1/reread", wire.RereadRequest(dossier.rid, ["person"], [(0, dossier.rid)])),
    ):
        assert refusal(partial(asked, mehdi, path, question)) == (403, "grant")


def test_what_is_read_again_comes_from_the_bucket_that_was_named_and_no_other(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    sealed, met = note(claire, body="1Q0FOQVJJ"), follow_up(claire, dossier.rid, summary="0CANARI")
    claire.push(sealed, met)
    own = person(mehdi)
    mehdi.push(own)
    wanted = [(0, dossier.rid), (1, met.rid), (2, sealed.rid), (0, own.rid), (0, own.rid)]
    kinds = ["person", "follow_up", "clinical_note"]
    for bucket in (own.rid, mehdi.professional, "00000000-0000-7000-8000-000000000001"):
        given = asked(mehdi, "/v1/reread", wire.RereadRequest(bucket, kinds, wanted))
        assert b"CANARI" not in given
        assert b"Q0FOQVJJ" not in given
        reply = wire.decode(given, wire.RereadReply)
        assert [change.rid for change in reply.changes] == [own.rid] * (bucket == own.rid)
    assert dossier.rid.encode() not in asked(mehdi, "/v1/digests", wire.DigestsRequest())


def test_a_conflict_tells_nobody_what_stands_in_a_dossier_that_is_closed_to_him(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    """A mark of eight bytes is enough to try every telephone number."""
    own = person(mehdi)
    values = {
        "created_at": CREATED_AT,
        "created_by": mehdi.professional,
        "subject_kind": "person",
        "subject": dossier.rid,
        "field": "birth_name",
        "lost": "0x",
        "lost_hlc": 1,
        "kept_mark": "0" * 16,
    }
    mehdi.push(
        own,
        Op("conflict", fresh_id(), {**values, "dossier": own.rid}),
        Op("conflict", fresh_id(), {**values, "dossier": dossier.rid}),
    )
    mehdi.cursor = 0
    given = b"".join(map(wire.encode, mehdi.pull()))
    assert value_mark("CANARI-NOM").encode() not in given
    claire.pull()
    marks = [record.get("kept_mark") for record in conflicts(claire)]
    assert marks == [value_mark("CANARI-NOM")], "to those who hold it, the office says what stands"


@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.parametrize("after", [None, (0, 0), (1, 32_767), (2**61, 0)])
def test_no_flag_together_with_another_shows_what_was_lost(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, anew: bool, after: tuple[int, int] | None
) -> None:
    claire.push(follow_up(claire, dossier.rid, summary="0CANARI"), note(claire, body="1Q0FO"))
    place = None if after is None else wire.Position(*after, dossier.rid)
    for cursor in (0, mehdi.cursor):
        for erased in ([], [1, 2, 3, 3]):
            reply = mehdi.ask(
                mehdi.request(cursor=cursor, after=place, anew=anew, verify=True, erased=erased)
            )
            given = wire.encode(reply)
            assert b"CANARI" not in given
            assert b"Q0FO" not in given
            if reply.more is None:
                assert reply.root is not None
                assert reply.root.buckets <= 1, "the reference, and nothing that was lost"


def test_a_lie_about_an_epoch_or_a_place_gives_nothing_and_changes_nothing(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, office: Office
) -> None:
    before = len(failures(office))
    other_data: list[dict[str, Any]] = [
        {"epoch": "x" * 100_000},
        {"epoch": fresh_id(), "anew": True},
        {"cursor": 2**62 - 1},
        {"cursor": FAR, "epoch": None, "verify": True},
    ]
    senseless: list[dict[str, Any]] = [
        {"cursor": 2**62},
        {"cursor": -1},
        {"schema": 2**31},
        {"erased": [2**62]},
    ]
    for given in other_data:
        assert refusal(partial(asked_with, mehdi, given)) == (409, "epoch")
    for given in senseless:
        assert refusal(partial(asked_with, mehdi, given))[0] == 400
    assert len(failures(office)) == before


def test_who_is_leaving_does_not_stay_by_taking_her_last_day_away(
    claire: RawDevice, mehdi: RawDevice, office: Office
) -> None:
    """Two places, both ended, and the overlap: deleting one makes no room for a new one."""
    made = person(claire)
    overlap = {"ended_on": "2020-01-01", "overlap_until": "2999-01-01"}
    one = member(claire, made.rid, mehdi.professional, **overlap)
    two = member(claire, made.rid, mehdi.professional, **overlap)
    claire.push(made, member(claire, made.rid, claire.professional), one, two)
    mehdi.pull()
    base = mehdi.cursor
    fresh = member(mehdi, made.rid, mehdi.professional)
    reply = mehdi.push(
        deletion(one, base),
        fresh,
        edit(two, base, ended_on=None),
        deletion(two, base),
        fresh,
        edit(one, base, ended_on=None),
        edit(two, base, ended_on=None),
        member(mehdi, made.rid, mehdi.professional),
    )
    assert details(reply) == [GRANT] * 6
    assert mehdi.pull()[0].dropped == [made.rid]


# -- the same record again and again in one request -------------------------------------------


def test_a_record_made_and_made_again_in_one_request_leaves_true_digests(
    claire: RawDevice, office: Office
) -> None:
    made = person(claire)
    met = follow_up(claire, made.rid, minutes=1)
    gone = deletion(met, FAR)
    before = len(failures(office))
    claire.push(
        *(made, made, met, gone, met, gone, gone, met),
        *(edit(met, FAR, minutes=n) for n in (1, 2, 3, 3)),
        Op("appointment", met.rid, {**met.fields, "professional": claire.professional}),
        Op("conflict", met.rid, {"dossier": made.rid}),
    )
    assert len(failures(office)) == before
    wrong = office.administration.proof.scrub(office.department.schema)
    assert (wrong.records, wrong.buckets) == ([], [])
    other = enrol(office)
    other.cursor = 0
    other.pull()
    assert other.seen["follow_up", met.rid]["minutes"] == 3


@pytest.mark.parametrize("number", [-1, -(2**63), 2**63 - 1, 2**64, 10**300])
@pytest.mark.parametrize("name", ["base", "hlc"])
def test_no_number_of_an_operation_stops_the_office(
    claire: RawDevice, office: Office, name: str, number: int
) -> None:
    def numbered(op: Op, value: int) -> Op:
        return replace(op, base=value) if name == "base" else replace(op, hlc=value)

    made = person(claire)
    before = len(failures(office))
    claire.push(made)
    claire.push(
        numbered(edit(made, FAR, phone1="06"), number),
        numbered(edit(made, FAR, phone1="07"), -number),
        numbered(deletion(made, FAR), number),
        numbered(edit(made, FAR, phone1="08"), number),
    )
    assert len(failures(office)) == before
    claire.push(edit(made, FAR, phone1="09"))
    other = enrol(office)
    other.pull()
    assert other.seen["person", made.rid]["phone1"] == "09"


# -- going on as another device ----------------------------------------------------------------


def test_a_laptop_revoked_while_it_was_renewing_does_not_go_on(
    claire: RawDevice, office: Office
) -> None:
    """The thief's request and the administrator's cross: the office looks again, with the row."""
    schema = office.department.schema
    with office.database.transaction(schema) as connection:
        caller = devices.find_caller(connection, claire.device, datetime.now(UTC).date())
    assert caller is not None, "the request was recognised…"
    request = renewal(claire, SigningKey.generate())
    office.revoke(claire.device)  # … and the laptop is revoked before it is served
    service = Renewal(office.database, claire.reply.server, office.clock)
    with pytest.raises(Revoked):
        service.renew(schema, caller, request)
    assert [device.id for device in office.devices()] == [claire.device]


def test_a_thief_who_renews_first_is_refused_with_the_laptop_that_was_stolen(
    claire: RawDevice, office: Office
) -> None:
    first = renewed(claire)
    second = renewed(first)
    aside = renewed(claire)
    assert set(lineage(office.devices(), claire.device)) == {
        one.device for one in (claire, first, second, aside)
    }
    office.revoke(claire.device)
    for one in (claire, first, second, aside):
        assert refusal(one.pull) == (410, "revoked")
