"""A laptop and the office can prove that they hold the same, and find what differs."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import pytest

from protocol import compression, limits, wire
from protocol.ids import REFERENCE_BUCKET
from protocol.kinds.people import Job
from server.admin.__main__ import main
from server.config.ports import today_in_france
from server.services.proof import Proof
from server.store import digests
from server.store.records import load_records
from tests.server.samples import edit, follow_up, member, note, person
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, Refused, enrol, fresh_id, post

Held = dict[tuple[str, str], dict[str, Any]]


def digest(kind: str, rid: str, record: dict[str, Any]) -> int:
    """Return the digest of a record, computed another way than by the product."""
    fields = {name: record[name] for name in record if name != "bucket" and record[name] != []}
    said = json.dumps(
        [kind, rid, fields], sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return int(hashlib.blake2b(said.encode(), digest_size=16).hexdigest(), 16)


def buckets_of(held: Held) -> dict[str, tuple[int, str]]:
    """Return how many records each bucket holds, and their digest."""
    sums: dict[str, tuple[int, int]] = {}
    for (kind, rid), record in held.items():
        count, total = sums.get(record["bucket"], (0, 0))
        sums[record["bucket"]] = count + 1, total + digest(kind, rid, record)
    return {name: (count, f"{total % 2**128:032x}") for name, (count, total) in sums.items()}


def root_of(held: Held) -> wire.Root:
    """Return the root of what a laptop holds."""
    buckets = buckets_of(held)
    marks = [
        hashlib.blake2b(f"{name} {count} {total}".encode(), digest_size=16).hexdigest()
        for name, (count, total) in buckets.items()
    ]
    total = sum(int(mark, 16) for mark in marks) % 2**128
    return wire.Root(len(buckets), sum(count for count, _ in buckets.values()), f"{total:032x}")


def agree(*devices: RawDevice) -> wire.Root | None:
    """Check that each laptop, read up to date, holds what the office says it does."""
    asked = None
    for device in devices:
        last = device.pull()[-1]
        asked = device.ask(device.request(verify=True)).root
        assert asked == root_of(device.seen)
        assert last.root in (None, asked)
    return asked


def ask(device: RawDevice, path: str, message: Any) -> bytes:
    """Send a signed question; return the clear answer."""
    body = compression.compress(wire.encode(message))
    device.counter += 1
    headers = device.headers(body, target=path)
    return post(device.office, path, body, {**headers, "Content-Encoding": "zstd"}, device.session)


def held_by_office(device: RawDevice, bucket: str | None = None) -> wire.DigestsReply:
    """Ask what the office holds."""
    return wire.decode(ask(device, "/v1/digests", wire.DigestsRequest(bucket)), wire.DigestsReply)


def read_again(device: RawDevice, bucket: str, keys: Iterable[tuple[str, str]]) -> wire.RereadReply:
    """Ask for records of a bucket again."""
    keys = list(keys)
    kinds = sorted({kind for kind, _ in keys})
    wanted = [(kinds.index(kind), rid) for kind, rid in keys]
    request = wire.RereadRequest(bucket, kinds, wanted)
    return wire.decode(ask(device, "/v1/reread", request), wire.RereadReply)


@pytest.fixture
def twin(office: Office, claire: RawDevice) -> RawDevice:
    """Return another laptop of Claire's, which is sent all that the first one writes."""
    return enrol(office, "Claire Morin", Job.PSYCHOLOGIST)


def spoil(office: Office, rid: str, field: str, value: str) -> None:
    """Change a row behind everybody's back."""
    with office.database.transaction(office.department.schema) as connection:
        connection.execute(
            "UPDATE record SET data = jsonb_set(data, ARRAY[%s], to_jsonb(%s::text))"
            " WHERE rid = %s",
            (field, value, rid),
        )


def test_the_root_is_that_of_what_a_laptop_was_given_whatever_was_done(
    office: Office, claire: RawDevice, twin: RawDevice, mehdi: RawDevice
) -> None:
    made, other = person(claire), person(claire)
    place_of_mehdi = member(claire, made.rid, mehdi.professional)
    report = follow_up(claire, made.rid, summary='0Été à l’hôpital \\ "calme" 🙂', minutes=45)
    claire.push(made, other, place_of_mehdi, report, note(claire), follow_up(claire, other.rid))
    office.add_place("Maison de l’emploi")
    roots = [agree(twin, mehdi)]

    base = twin.cursor
    claire.push(edit(report, base, minutes=50, themes=[["housing"], ["health"]]))
    roots.append(agree(twin, mehdi))
    claire.push(edit(report, base, minutes=None, themes=[[], ["housing"]]))
    roots.append(agree(twin, mehdi))
    # Crossed: a conflict record is made in the dossier.
    mehdi.push(edit(made, base, phone1="05 49 00 00 01"))
    claire.push(edit(made, base, phone1="05 49 00 00 02"))
    roots.append(agree(twin, mehdi))
    assert any(kind == "conflict" for kind, _ in mehdi.seen)
    # Deleted, then brought back by an edit whose author had not seen it.
    claire.push(Op("follow_up", report.rid, verb=wire.DELETE, base=twin.cursor))
    roots.append(agree(twin, mehdi))
    mehdi.push(edit(report, base, minutes=30))
    roots.append(agree(twin, mehdi))
    assert mehdi.seen["follow_up", report.rid]["minutes"] == 30
    # Closed to Mehdi, and opened to him again.
    claire.push(edit(place_of_mehdi, base, ended_on="2020-01-01"))
    roots.append(agree(twin, mehdi))
    assert ("person", made.rid) not in mehdi.seen
    claire.push(edit(place_of_mehdi, base, ended_on=None))
    roots.append(agree(twin, mehdi))
    assert roots[-1] == roots[-3]
    assert len(set(roots)) == len(roots) - 1


def test_the_root_comes_with_the_last_page_and_costs_nothing_when_nothing_is_new(
    claire: RawDevice, office: Office, twin: RawDevice
) -> None:
    made = person(claire)
    claire.push(made)
    for _batch in range(2):
        claire.push(*(follow_up(claire, made.rid) for _count in range(limits.PAGE_ROWS)))
    pages = twin.pull()
    assert len(pages) > 2
    assert [page.root for page in pages[:-1]] == [None] * (len(pages) - 1)
    assert pages[-1].root == root_of(twin.seen)
    (quiet,) = twin.pull()
    assert quiet.root is None
    assert twin.push().root is None


def test_a_sync_that_sends_is_answered_the_root_after_what_it_sent(
    claire: RawDevice, twin: RawDevice
) -> None:
    reply = claire.ask(claire.request([person(claire), note(claire)]))
    twin.pull()
    assert reply.root == root_of(twin.seen)


def test_digests_tell_each_bucket_then_each_record_that_is_held(
    claire: RawDevice, twin: RawDevice, mehdi: RawDevice
) -> None:
    made = person(claire)
    gone = follow_up(claire, made.rid)
    claire.push(made, follow_up(claire, made.rid), gone, note(claire))
    claire.push(Op("follow_up", gone.rid, verb=wire.DELETE, base=99))
    twin.pull()

    reply = held_by_office(claire)
    assert reply.cursor == twin.cursor
    told = {item.bucket: (item.records, item.digest) for item in reply.buckets}
    assert told == buckets_of(twin.seen)
    assert {made.rid, claire.professional, REFERENCE_BUCKET} == told.keys()

    dossier = held_by_office(claire, made.rid)
    lines = {(dossier.kinds[item.kind], item.rid): item.digest for item in dossier.records}
    expected = {
        key: f"{digest(*key, record):032x}"
        for key, record in twin.seen.items()
        if record["bucket"] == made.rid
    }
    assert lines == expected
    assert ("follow_up", gone.rid) not in lines
    mehdi.pull()
    assert [item.bucket for item in held_by_office(mehdi).buckets] == [REFERENCE_BUCKET]


def test_records_are_read_again_whole_or_said_to_be_deleted(
    claire: RawDevice, twin: RawDevice
) -> None:
    made = person(claire)
    kept, gone = follow_up(claire, made.rid, minutes=45), follow_up(claire, made.rid)
    elsewhere = note(claire)
    claire.push(made, kept, gone, elsewhere)
    claire.push(Op("follow_up", gone.rid, verb=wire.DELETE, base=99))
    twin.pull()
    asked = [
        ("person", made.rid),
        ("follow_up", kept.rid),
        ("follow_up", gone.rid),
        ("follow_up", fresh_id()),
        ("unheard_of", kept.rid),
        # Hers, but not of this bucket.
        ("clinical_note", elsewhere.rid),
    ]
    reply = read_again(claire, made.rid, asked)
    whole = {
        (reply.kinds[change.kind], change.rid): {
            reply.fields[number]: value
            for number, value in zip(change.fields[::2], change.fields[1::2], strict=True)
        }
        for change in reply.changes
    }
    assert all(change.whole and change.bucket == made.rid for change in reply.changes)
    assert whole == {
        key: {name: value for name, value in twin.seen[key].items() if name != "bucket"}
        for key in asked[:2]
    }
    removed = [(reply.kinds[item.kind], item.rid, item.cause) for item in reply.removals]
    assert removed == [("follow_up", gone.rid, "deleted")]


def test_a_closed_bucket_and_one_that_never_was_are_answered_the_same(
    office: Office, claire: RawDevice, mehdi: RawDevice
) -> None:
    made = person(claire)
    place_of_mehdi = member(claire, made.rid, mehdi.professional)
    claire.push(made, place_of_mehdi, note(claire))
    assert held_by_office(mehdi, made.rid).records
    claire.push(edit(place_of_mehdi, 99, ended_on="2020-01-01"))

    closed = (made.rid, claire.professional, fresh_id(), "moi", "")
    answers = []
    for bucket in closed:
        for question in (
            lambda bucket=bucket: held_by_office(mehdi, bucket),
            lambda bucket=bucket: read_again(mehdi, bucket, [("person", made.rid)]),
        ):
            with pytest.raises(Refused) as refused:
                question()
            answers.append((refused.value.status, refused.value.code, refused.value.detail))
    assert answers == [(403, "grant", {})] * 2 * len(closed)
    # Claimed to be of a bucket he reads, it is still judged where it is stored.
    reply = read_again(mehdi, REFERENCE_BUCKET, [("person", made.rid)])
    assert (reply.changes, reply.removals) == ([], [])


def test_what_ends_by_date_is_not_read_again_the_day_after(
    office: Office, claire: RawDevice, mehdi: RawDevice
) -> None:
    made = person(claire)
    ends = today_in_france(office.clock).isoformat()
    claire.push(made, member(claire, made.rid, mehdi.professional, overlap_until=ends))
    claire.push(
        member(
            claire,
            made.rid,
            mehdi.professional,
            rid=None,
            started_on="2020-01-01",
            ended_on="2020-02-01",
        )
    )
    place_of_mehdi = member(claire, made.rid, mehdi.professional)
    claire.push(place_of_mehdi)
    mehdi.pull()
    places = [rid for kind, rid in mehdi.seen if kind == "circle_member"]
    for rid in places:
        claire.push(
            Op("circle_member", rid, {"ended_on": "2020-02-01", "overlap_until": ends}, base=99)
        )
    assert held_by_office(mehdi, made.rid).records
    office.clock.advance(days=2)
    with pytest.raises(Refused) as refused:
        held_by_office(mehdi, made.rid)
    assert refused.value.code == "grant"


def test_questions_out_of_bounds_are_refused(claire: RawDevice) -> None:
    made = person(claire)
    claire.push(made)
    with pytest.raises(Refused) as refused:
        read_again(claire, made.rid, [("person", fresh_id()) for _ in range(limits.PAGE_ROWS + 1)])
    assert (refused.value.status, refused.value.code) == (413, "too_large")
    for number, rid in ((1, made.rid), (-1, made.rid), (0, "moi")):
        request = wire.RereadRequest(made.rid, ["person"], [(number, rid)])
        with pytest.raises(Refused) as refused:
            ask(claire, "/v1/reread", request)
        assert refused.value.code == "malformed"
    with pytest.raises(Refused) as refused:
        post(claire.office, "/v1/digests", b"{}", {})
    assert refused.value.status == 401


def test_too_much_to_read_again_at_once_is_refused_rather_than_cut(claire: RawDevice) -> None:
    made = person(claire)
    long = "0" + "a" * limits.LONG_TEXT
    reports = [
        follow_up(claire, made.rid, summary=long, for_person=long, person_words="0")
        for _ in range(40)
    ]
    claire.push(made)
    claire.push(*reports[:20])
    claire.push(*reports[20:])
    keys = [("follow_up", report.rid) for report in reports]
    with pytest.raises(Refused) as refused:
        read_again(claire, made.rid, keys)
    assert refused.value.code == "too_large"
    assert len(read_again(claire, made.rid, keys[:10]).changes) == 10


def test_a_scrub_finds_the_row_that_changed_by_itself_and_mends_its_digest(
    office: Office, claire: RawDevice, twin: RawDevice
) -> None:
    made = person(claire)
    report, other = follow_up(claire, made.rid), follow_up(claire, made.rid)
    claire.push(made, report, other)
    proof = Proof(office.database, office.clock)
    schema = office.department.schema
    clean = proof.scrub(schema)
    assert (clean.records, clean.buckets) == ([], [])
    assert clean.checked == 4  # with Claire herself

    spoil(office, report.rid, "person_words", "0Autre chose")
    wrong = proof.scrub(schema)
    assert [rid for _kind, rid in wrong.records] == [report.rid]
    assert wrong.buckets == [made.rid]
    clean = proof.scrub(schema)
    assert (clean.records, clean.buckets) == ([], [])
    agree(twin)


def test_the_administrator_is_told_what_changed_by_itself(
    office: Office, claire: RawDevice, capsys: pytest.CaptureFixture[str]
) -> None:
    made = person(claire)
    claire.push(made)

    def verify() -> str:
        words = ["--department", office.department.code, "verifier"]
        assert main(words, {"COFFRE_DATABASE_URL": office.premises.url}) == 0
        return capsys.readouterr().out

    assert "Toutes les empreintes sont justes" in verify()
    spoil(office, made.rid, "first_name", "Autre")
    said = verify()
    assert made.rid in said
    assert "enregistrements 1, dossiers 1" in said
    assert "Autre" not in said
    assert "Toutes les empreintes sont justes" in verify()


def test_a_scrub_mends_a_bucket_whose_sum_is_wrong(
    office: Office, claire: RawDevice, twin: RawDevice
) -> None:
    made = person(claire)
    claire.push(made)
    with office.database.transaction(office.department.schema) as connection:
        connection.execute("UPDATE bucket SET n = n + 1 WHERE id = %s", (made.rid,))
    wrong = Proof(office.database, office.clock).scrub(office.department.schema)
    assert (wrong.records, wrong.buckets) == ([], [made.rid])
    agree(twin)


def test_rows_older_than_digests_are_given_theirs(
    office: Office, claire: RawDevice, twin: RawDevice
) -> None:
    made = person(claire)
    gone = follow_up(claire, made.rid)
    claire.push(made, gone, follow_up(claire, made.rid))
    claire.push(Op("follow_up", gone.rid, verb=wire.DELETE, base=99))
    with office.database.transaction(office.department.schema) as connection:
        connection.execute("UPDATE record SET digest = NULL")
        connection.execute("UPDATE bucket SET n = 0, digest = 0, mark = 0")
        digests.fill(connection)
    wrong = Proof(office.database, office.clock).scrub(office.department.schema)
    assert (wrong.records, wrong.buckets) == ([], [])
    agree(twin)


def test_a_bucket_is_added_up_again_once_rows_were_taken_out_of_it(
    office: Office, claire: RawDevice
) -> None:
    made = person(claire)
    report = follow_up(claire, made.rid)
    claire.push(made, report)
    with office.database.transaction(office.department.schema) as connection:
        connection.execute("DELETE FROM record WHERE rid = %s", (report.rid,))
        digests.recompute(connection, [made.rid])
        assert load_records(connection, [(4, made.rid)])
    wrong = Proof(office.database, office.clock).scrub(office.department.schema)
    assert (wrong.records, wrong.buckets) == ([], [])
