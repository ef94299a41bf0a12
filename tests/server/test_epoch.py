"""A database put back from a backup is noticed, and no laptop loses anything by it."""

import pytest

from protocol import wire
from server.config.ports import system_random
from server.services.errors import ProtocolUnsupported
from server.services.sync import Sync
from server.store import devices
from server.store.database import Mode
from tests.server.samples import edit, follow_up, member, person
from tests.server.test_admin import Terminal, terminal
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, Refused, fresh_id

__all__ = ["terminal"]


def refusal(device: RawDevice, request: wire.SyncRequest) -> Refused:
    """Return how a request is refused."""
    with pytest.raises(Refused) as refused:
        device.ask(request)
    return refused.value


def put_back(office: Office, *, seq: int, device: RawDevice, last_op: int, read: int = 0) -> None:
    """Make the database forget, as a backup put back does."""
    with office.database.transaction(office.department.schema) as connection:
        connection.execute("UPDATE sequence SET seq = %s", (seq,))
        connection.execute(
            "UPDATE device SET last_op = %s, cursor = %s, reply = NULL WHERE id = %s",
            (last_op, read, device.device),
        )
        connection.execute("DELETE FROM record WHERE seq > %s", (seq,))


def present_seq(office: Office) -> int:
    """Return where the sequence is."""
    return office.administration.status(office.department).seq


def test_a_new_epoch_tells_each_laptop_where_it_began_and_what_it_holds_of_it(
    claire: RawDevice, terminal: Terminal, office: Office
) -> None:
    claire.push(person(claire), person(claire))
    claire.pull()
    said = terminal.types("nouvelle-epoque", "--oui")
    began = present_seq(office)
    refused = refusal(claire, claire.request([person(claire)]))

    assert (refused.status, refused.code) == (409, "epoch")
    epoch = str(refused.detail["epoch"])
    assert refused.detail == {"epoch": epoch, "seq": began, "last_op": 2}
    assert epoch in said
    assert epoch != claire.reply.epoch
    assert claire.ask(claire.request(epoch=epoch, cursor=0)).epoch == epoch


def test_a_laptop_is_told_where_its_own_data_were_left_however_many_epochs_ago(
    claire: RawDevice, terminal: Terminal, office: Office
) -> None:
    claire.push(person(claire))
    terminal.types("nouvelle-epoque", "--oui")
    left = present_seq(office)
    now = office.administration.status(office.department).epoch
    claire.ask(claire.request([person(claire)], epoch=now, pull=False))
    terminal.types("nouvelle-epoque", "--oui")
    assert present_seq(office) > left + 1
    assert refusal(claire, claire.request(epoch=claire.reply.epoch)).detail["seq"] == left
    assert refusal(claire, claire.request(epoch=fresh_id())).detail["seq"] == 0


def test_a_laptop_that_has_read_further_than_the_database_is_told_where_that_saw_it_last(
    claire: RawDevice, mehdi: RawDevice, office: Office
) -> None:
    made = person(claire)
    claire.push(made)
    claire.pull()
    known = claire.cursor
    mehdi.push(person(mehdi))
    kept = present_seq(office)
    claire.push(follow_up(claire, made.rid), follow_up(claire, made.rid))
    claire.pull()
    put_back(office, seq=kept, device=claire, last_op=1, read=known)
    assert 0 < known < kept

    claire.next_op = 2
    refused = refusal(claire, claire.request([follow_up(claire, made.rid)]))
    assert refused.code == "epoch"
    assert refused.detail == {"epoch": claire.reply.epoch, "seq": known, "last_op": 1}
    assert "follow_up" not in office.dump(), "nothing is taken on top of data that are behind"


def test_a_restored_database_is_told_loudly_to_those_who_look_after_it(
    claire: RawDevice, mehdi: RawDevice, office: Office, terminal: Terminal
) -> None:
    claire.push(person(claire))
    claire.pull()
    mehdi.push(person(mehdi))
    assert "ATTENTION" not in terminal.types("etat")
    put_back(office, seq=1, device=mehdi, last_op=0)
    refusal(claire, claire.request())
    gap = refusal(mehdi, mehdi.request([person(mehdi)]))
    assert (gap.code, gap.detail) == ("gap", {"expected": 1})

    said = terminal.types("etat")
    assert "ATTENTION : cette base est plus ancienne" in said
    assert f"{claire.device}  a lu jusqu’à {claire.cursor}, la base finit à 1" in said
    assert f"{mehdi.device}  envoie à partir de 2, la base attend 1" in said
    loud = [line for line in office.log().splitlines() if "database_behind" in line]
    assert any(claire.device in line and '"level": "error"' in line for line in loud)
    assert any(mehdi.device in line and '"level": "error"' in line for line in loud)

    terminal.types("nouvelle-epoque", "--oui")
    assert "ATTENTION" not in terminal.types("etat")


def test_what_a_laptop_sends_again_after_a_restoration_is_there_again(
    claire: RawDevice, office: Office, terminal: Terminal
) -> None:
    made, met = person(claire), Op("", "")
    claire.push(made)
    kept = present_seq(office)
    met = follow_up(claire, made.rid, summary="0CANARI")
    claire.push(met)
    claire.pull()
    put_back(office, seq=kept, device=claire, last_op=1)
    terminal.types("nouvelle-epoque", "--oui")
    refused = refusal(claire, claire.request())
    epoch, last_op = refused.detail["epoch"], int(refused.detail["last_op"])

    archived = [made, met][last_op:]
    request = claire.request(archived, first_op=last_op + 1, epoch=epoch, cursor=0)
    answered = claire.ask(request)
    assert (answered.ack, answered.results) == (2, [])
    assert "CANARI" in office.dump()


def test_a_new_epoch_is_not_begun_by_a_slip_of_the_hand(terminal: Terminal, office: Office) -> None:
    before = office.administration.status(office.department).epoch
    assert "Rien n’a été fait" in terminal.is_refused("nouvelle-epoque")
    assert "Rien n’a été fait" in terminal.is_refused("nouvelle-epoque", answer="non")
    assert office.administration.status(office.department).epoch == before
    terminal.types("nouvelle-epoque", answer="oui")
    assert office.administration.status(office.department).epoch != before
    assert "après avoir restauré une sauvegarde" in terminal.asked[-1]


@pytest.mark.parametrize("protocol", [3, 99])
def test_a_laptop_we_cannot_answer_may_send_its_work_and_is_given_nothing(
    claire: RawDevice, office: Office, protocol: int
) -> None:
    office.add_place("CSC de Melle")
    refused = refusal(claire, claire.request([person(claire)], protocol=protocol))
    assert (refused.status, refused.code) == (426, "protocol")
    assert refused.detail == {"oldest": wire.OLDEST_PROTOCOL, "newest": wire.PROTOCOL_VERSION}
    answered = claire.ask(claire.request([person(claire)], protocol=protocol, pull=False))
    assert (answered.ack, answered.pulled, answered.changes) == (1, False, [])


@pytest.mark.invariant(18)
def test_a_laptop_too_old_to_read_may_always_send(claire: RawDevice, office: Office) -> None:
    """The day the first protocol is no longer spoken."""
    sync = Sync(office.database, office.clock, system_random, spoken=range(2, 3))
    schema = office.department.schema
    with office.database.transaction(schema, Mode.SNAPSHOT) as connection:
        caller = devices.find_caller(connection, claire.device, office.clock().date())
    assert caller is not None
    with pytest.raises(ProtocolUnsupported) as refused:
        sync.run(schema, caller, claire.request([person(claire)], protocol=1))
    assert refused.value.detail == {"oldest": 2, "newest": 2}
    request = claire.request([person(claire)], protocol=1, pull=False)
    assert sync.run(schema, caller, request).reply.ack == 1


def test_a_protocol_that_never_was_is_refused(claire: RawDevice) -> None:
    for protocol in (0, -1):
        assert refusal(claire, claire.request(protocol=protocol, pull=False)).status == 426


@pytest.mark.parametrize("days", [179, 181, 800])
@pytest.mark.invariant(24)
def test_a_laptop_back_after_months_still_hears_of_what_was_deleted(
    claire: RawDevice, mehdi: RawDevice, office: Office, days: int
) -> None:
    made = person(claire)
    met = follow_up(claire, made.rid)
    claire.push(
        made,
        member(claire, made.rid, claire.professional),
        member(claire, made.rid, mehdi.professional),
        met,
    )
    mehdi.pull()
    claire.pull()
    claire.push(Op("follow_up", met.rid, verb=wire.DELETE, base=claire.cursor))
    office.clock.advance(days=days)
    claire.push(edit(made, 0, phone1="06"))
    (page,) = mehdi.pull()
    assert [(removal.rid, removal.cause) for removal in page.removals] == [(met.rid, "deleted")]
