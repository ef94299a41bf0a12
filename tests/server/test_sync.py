"""What laptops send reaches the office once, and their colleagues."""

from tests.server.samples import follow_up, member, person
from tests.support.raw_device import RawDevice


def test_a_person_recorded_by_claire_is_read_by_mehdi_once_in_the_circle(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    dossier = person(claire)
    reply = claire.push(dossier, member(claire, dossier.rid, claire.professional))
    assert reply.ack == 2
    assert reply.results == []

    mehdi.pull()
    assert ("person", dossier.rid) not in mehdi.seen

    claire.push(member(claire, dossier.rid, mehdi.professional), follow_up(claire, dossier.rid))
    mehdi.pull()
    assert mehdi.seen["person", dossier.rid]["birth_name"] == "Bernard"
