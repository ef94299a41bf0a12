"""Pages miss nothing and repeat nothing that matters, whatever others write meanwhile."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from protocol import limits, wire
from tests.server.samples import edit, follow_up, member, person
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, Refused, enrol, fresh_id

LONG = "0" + "Elle a repris contact avec le centre. " * 120


@pytest.fixture
def dossier(claire: RawDevice) -> Op:
    """Return a dossier that holds several pages of follow-ups."""
    made = person(claire)
    claire.push(made, member(claire, made.rid, claire.professional))
    for _batch in range(3):
        claire.push(*(follow_up(claire, made.rid, summary=LONG) for _count in range(200)))
    return made


def test_a_large_dossier_comes_in_pages_of_about_half_a_megabyte(
    claire: RawDevice, office: Office, dossier: Op
) -> None:
    second = enrol(office)
    pages = second.pull()

    assert len(pages) > 2
    assert all(len(wire.encode(page)) < 1.2 * limits.PAGE_BODY for page in pages)
    rids = [change.rid for page in pages for change in page.changes]
    assert len(rids) == len(set(rids))
    assert sum(kind == "follow_up" for kind, _rid in second.seen) == 600


def test_one_push_of_many_records_is_cut_into_pages_of_rows(office: Office) -> None:
    claire, second = enrol(office), enrol(office)
    made = person(claire)
    claire.push(made)
    for _batch in range(5):
        claire.push(*(follow_up(claire, made.rid) for _count in range(limits.MAX_OPS)))
    pages = second.pull()
    assert [len(page.changes) <= limits.PAGE_ROWS for page in pages] == [True] * len(pages)
    assert len(pages) > 2
    assert sum(kind == "follow_up" for kind, _rid in second.seen) == 5 * limits.MAX_OPS


def test_a_laptop_that_sent_thousands_is_not_made_to_page_through_its_own(
    office: Office, claire: RawDevice
) -> None:
    made = person(claire)
    claire.push(made)
    for _batch in range(3):
        claire.push(*(follow_up(claire, made.rid) for _count in range(limits.MAX_OPS)))
    assert len(claire.pull()) == 1


def read_while(device: RawDevice, act: dict[int, object]) -> None:
    """Pull every page, and do something between two of them."""
    after, count = None, 0
    while True:
        page = device.ask(device.request(after=after))
        device.note(page)
        action = act.get(count)
        if callable(action):
            action()
        after, count = page.more, count + 1
        if after is None:
            device.cursor = page.cursor
            return


@pytest.mark.invariant(15)
def test_what_changes_while_the_pages_are_read_is_there_at_the_end(
    claire: RawDevice, office: Office, dossier: Op
) -> None:
    second = enrol(office)
    second.pull()
    rids = [rid for kind, rid in second.seen if kind == "follow_up"]
    early, late, gone = rids[0], rids[-1], rids[1]
    fresh = enrol(office)
    new = follow_up(claire, dossier.rid, minutes=77)

    def meanwhile() -> None:
        claire.push(
            Op("follow_up", early, {"minutes": 11}, base=99),
            Op("follow_up", late, {"minutes": 12}, base=99),
            Op("follow_up", gone, verb=wire.DELETE, base=99),
            new,
        )

    read_while(fresh, {0: meanwhile})
    assert fresh.seen["follow_up", early]["minutes"] == 11
    assert fresh.seen["follow_up", late]["minutes"] == 12
    assert fresh.seen["follow_up", new.rid]["minutes"] == 77
    assert ("follow_up", gone) not in fresh.seen
    (quiet,) = fresh.pull()
    assert (quiet.changes, quiet.removals) == ([], [])


def test_a_dossier_closed_while_its_pages_are_read_is_gone_at_the_end(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    place = member(claire, dossier.rid, mehdi.professional)
    claire.push(place)
    close = edit(place, 99, ended_on="2020-01-01")
    read_while(mehdi, {1: lambda: claire.push(close)})

    assert not any(record["bucket"] == dossier.rid for record in mehdi.seen.values())
    mehdi.pull()
    assert ("person", dossier.rid) not in mehdi.seen


def test_a_dossier_closed_and_opened_again_between_two_pages_is_whole_at_the_end(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    place = member(claire, dossier.rid, mehdi.professional)
    claire.push(place)

    def close_and_open() -> None:
        claire.push(edit(place, 99, ended_on="2020-01-01"))
        claire.push(edit(place, 99, ended_on=None))

    read_while(mehdi, {1: close_and_open})
    assert sum(kind == "follow_up" for kind, _rid in mehdi.seen) == 600


def test_interrupted_pages_are_asked_again_with_the_old_cursor(
    claire: RawDevice, office: Office, dossier: Op
) -> None:
    second = enrol(office)
    first = second.ask(second.request())
    second.note(first)
    again = second.ask(second.request(after=first.more))
    second.note(again)
    assert again.more is not None
    second.pull()
    assert sum(kind == "follow_up" for kind, _rid in second.seen) == 600


def test_a_reader_misses_no_record_of_many_writers(office: Office) -> None:
    writers = [enrol(office, f"Écrivain {n}", identity=(f"{n:064x}", "0" * 64)) for n in range(4)]
    reader = enrol(office, "Lectrice", identity=("f" * 64, "e" * 64))
    made = person(writers[0])
    writers[0].push(
        made, *(member(writers[0], made.rid, w.professional) for w in [*writers, reader])
    )
    done = threading.Event()

    def write(writer: RawDevice) -> list[str]:
        written = []
        for size in (1, 7, 40, 2, 15, 1, 90, 3, 1, 1):
            ops = [follow_up(writer, made.rid, fresh_id()) for _count in range(size)]
            reply = writer.push(*ops)
            assert reply.results == []
            written += [op.rid for op in ops]
        return written

    def read() -> int:
        rounds = 0
        while not done.is_set():
            reader.pull()
            rounds += 1
        return rounds

    with ThreadPoolExecutor(5) as pool:
        reading = pool.submit(read)
        writing = [pool.submit(write, writer) for writer in writers]
        written = {rid for future in writing for rid in future.result()}
        done.set()
        assert reading.result() > 1
    reader.pull()
    assert {rid for kind, rid in reader.seen if kind == "follow_up"} == written


def test_the_same_request_sent_several_times_at_once_is_applied_once(
    office: Office, claire: RawDevice
) -> None:
    ops = [person(claire) for _count in range(50)]
    request = claire.request(ops, pull=False)
    lock = threading.Lock()

    def send() -> wire.SyncReply | None:
        twin = RawDevice(office, claire.device, claire.key, claire.reply)
        with lock:
            claire.counter += 1
            twin.counter = claire.counter
        try:
            return twin.ask(request)
        except Refused as refused:
            # The network may swap two requests; the older number is then a replay.
            return None if refused.code == "replayed" else pytest.fail(str(refused))

    with ThreadPoolExecutor(4) as pool:
        replies = [future.result() for future in [pool.submit(send) for _count in range(4)]]
    assert {reply.ack for reply in replies if reply is not None} == {50}
    people = [line for line in office.dump().splitlines() if line.startswith("record: (4,")]
    assert len(people) == 50
