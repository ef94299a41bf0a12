"""A laptop that was copied goes on as another, and nobody else can."""

from base64 import b64encode

import pytest
from nacl.signing import SigningKey

from protocol import compression, signing, wire
from server.services.renewal import MOST_A_DAY
from tests.server.samples import edit, member, person
from tests.server.test_admin import Terminal, terminal
from tests.support.office import Office
from tests.support.raw_device import RawDevice, Refused, fresh_id, post

__all__ = ["terminal"]

IDENTITY = "a1" * 32
"""The seed of everybody's identity, in tests."""


def renewal(
    device: RawDevice,
    key: SigningKey,
    *,
    new: str | None = None,
    identity: str = IDENTITY,
    former: str | None = None,
    certified: str | None = None,
) -> wire.RenewRequest:
    """Return the request by which a device goes on as another."""
    new = new or fresh_id()
    device_key = key.verify_key.encode().hex()
    owner = SigningKey(bytes.fromhex(identity))
    statement = signing.certificate_start(
        identity_key=SigningKey(bytes.fromhex(IDENTITY)).verify_key.encode().hex(),
        device=certified or new,
        device_key=device_key,
    )
    certificate = owner.sign(statement + b"\x00\x08" + bytes(8) + b"\x00\x0a2026-11-24")
    message = signing.renewal_message(
        server=device.reply.server,
        former=former or device.device,
        device=new,
        device_key=device_key,
    )
    return wire.RenewRequest(
        device=new,
        device_key=device_key,
        certificate=b64encode(certificate.message + certificate.signature).decode(),
        proof=key.sign(message).signature.hex(),
    )


def send(device: RawDevice, request: wire.RenewRequest) -> wire.RenewReply:
    """Send it, signed by the former device; raise ``Refused``."""
    device.counter += 1
    body = compression.compress(wire.encode(request))
    headers = {
        **device.headers(body, target="/v1/devices/renew"),
        "Content-Encoding": "zstd",
    }
    answer = post(device.office, "/v1/devices/renew", body, headers, device.session)
    return wire.decode(answer, wire.RenewReply)


def renewed(device: RawDevice) -> RawDevice:
    """Return the device that another goes on as."""
    key = SigningKey.generate()
    reply = send(device, renewal(device, key))
    return RawDevice(device.office, reply.device, key, device.reply)


def why(device: RawDevice, request: wire.RenewRequest) -> tuple[int, str]:
    """Return why a renewal is refused."""
    with pytest.raises(Refused) as refused:
        send(device, request)
    return refused.value.status, refused.value.code


def test_it_goes_on_with_operations_numbered_from_one_and_the_same_dossiers(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    made = person(claire)
    claire.push(made, member(claire, made.rid, claire.professional))
    new = renewed(claire)
    assert new.device != claire.device
    answered = new.push(edit(made, 0, phone1="06"))
    assert (answered.ack, answered.results) == (1, [])
    new.pull()
    assert new.seen["person", made.rid]["birth_name"] == "Bernard"


def test_the_other_copy_is_still_served_under_the_former_name(claire: RawDevice) -> None:
    renewed(claire)
    assert claire.push(person(claire)).results == []
    other = renewed(claire)
    assert other.push(person(other)).ack == 1


def test_the_same_request_is_answered_again(claire: RawDevice) -> None:
    request = renewal(claire, SigningKey.generate())
    assert send(claire, request) == send(claire, request)
    assert len(claire.office.devices()) == 2


def test_a_device_that_is_somebodys_is_not_taken(claire: RawDevice, mehdi: RawDevice) -> None:
    key = SigningKey.generate()
    assert why(claire, renewal(claire, key, new=mehdi.device)) == (409, "device_taken")
    assert why(claire, renewal(claire, key, new=claire.device)) == (409, "device_taken")
    new = renewed(claire)
    assert why(mehdi, renewal(mehdi, key, new=new.device)) == (409, "device_taken")


def test_a_renewal_without_the_owners_identity_is_refused(claire: RawDevice) -> None:
    """Whoever holds a laptop's key alone makes no second laptop of it."""
    key = SigningKey.generate()
    requests = (
        renewal(claire, key, identity="ee" * 32),
        renewal(claire, key, certified=fresh_id()),
        renewal(claire, key, former=fresh_id()),
    )
    for request in requests:
        assert why(claire, request) == (403, "proof_invalid")
    assert len(claire.office.devices()) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"device": "moi"},
        {"device_key": "zz"},
        {"certificate": "!!"},
        {"certificate": "A" * (64 << 10)},
    ],
)
def test_a_renewal_without_form_is_refused(claire: RawDevice, given: dict[str, str]) -> None:
    good = renewal(claire, SigningKey.generate())
    fields = {name: getattr(good, name) for name in good.__struct_fields__}
    assert why(claire, wire.RenewRequest(**{**fields, **given})) == (400, "malformed")


def test_a_revoked_laptop_does_not_go_on(claire: RawDevice, office: Office) -> None:
    request = renewal(claire, SigningKey.generate())
    office.revoke(claire.device)
    assert why(claire, request) == (410, "revoked")


def test_a_laptop_that_renews_without_end_has_to_wait(claire: RawDevice, office: Office) -> None:
    for _time in range(MOST_A_DAY):
        renewed(claire)
    assert why(claire, renewal(claire, SigningKey.generate())) == (429, "too_many_attempts")
    office.clock.advance(days=1, minutes=1)
    renewed(claire)


def test_the_administrator_sees_who_replaces_whom_and_it_is_logged(
    claire: RawDevice, terminal: Terminal, office: Office
) -> None:
    new = renewed(claire)
    listed = terminal.types("postes").splitlines()
    assert f"remplacé par {new.device}" in next(x for x in listed if x.startswith(claire.device))
    assert f"remplace {claire.device}" in next(x for x in listed if x.startswith(new.device))
    (logged,) = [x for x in office.log().splitlines() if "device_renewed" in x and new.device in x]
    assert '"level": "warning"' in logged


def test_revoking_a_laptop_revokes_all_that_it_has_been(
    claire: RawDevice, terminal: Terminal
) -> None:
    """Its disk holds the keys of each."""
    new = renewed(claire)
    said = terminal.types("revoquer", claire.device)
    assert new.device in said
    for device in (claire, new):
        with pytest.raises(Refused) as refused:
            device.pull()
        assert refused.value.code == "revoked"


def test_one_copy_alone_may_be_revoked(claire: RawDevice, terminal: Terminal) -> None:
    new = renewed(claire)
    terminal.types("revoquer", claire.device, "--seul")
    new.pull()
