"""One's own laptops, papers, pairings and shares: each for its owner, and for nobody else."""

import os
from base64 import b64decode, b64encode
from typing import TypeVar

import msgspec
import pytest
from nacl.signing import SigningKey

from protocol import compression, wire
from protocol import wire_keys as keys
from protocol.invitations import make_invitation
from protocol.kinds.people import Job
from server.services.attempts import MAX_REFUSED
from server.services.pairing import MOST_A_DAY
from tests.server.test_admin import Terminal, terminal
from tests.server.test_renewal import renewal
from tests.server.test_renewal import send as renew
from tests.support.office import Office
from tests.support.raw_device import (
    RawDevice,
    Refused,
    enrol,
    enrolment,
    fresh_id,
    post,
    post_enrolment,
)

__all__ = ["terminal"]

M = TypeVar("M", bound=msgspec.Struct)


def ask(device: RawDevice, path: str, message: msgspec.Struct, reply: type[M]) -> M:
    """Send a signed message; raise ``Refused``."""
    device.counter += 1
    body = compression.compress(wire.encode(message))
    headers = {**device.headers(body, target=path), "Content-Encoding": "zstd"}
    return wire.decode(post(device.office, path, body, headers, device.session), reply)


def stranger(office: Office, path: str, message: msgspec.Struct, reply: type[M]) -> M:
    """Send a message that nobody signs; raise ``Refused``."""
    body = compression.compress(wire.encode(message))
    return wire.decode(post(office, path, body, {"Content-Encoding": "zstd"}), reply)


def look(office: Office, invitation: str) -> keys.InvitedReply:
    return stranger(office, "/v1/invitations", keys.InvitedRequest(invitation), keys.InvitedReply)


def pair(
    device: RawDevice, *said: bytes, invitation: str = "", close: bool = False
) -> keys.PairReply:
    request = keys.PairRequest(invitation, [_text(one) for one in said], close=close)
    return ask(device, "/v1/pairings", request, keys.PairReply)


def join(office: Office, invitation: str, *said: bytes) -> keys.PairReply:
    request = keys.JoinRequest(invitation, [_text(one) for one in said])
    return stranger(office, "/v1/pairings/join", request, keys.PairReply)


def laptops(device: RawDevice, /, **asked: object) -> list[keys.Laptop]:
    request = keys.LaptopsRequest(**asked)  # type: ignore[arg-type]  # members of the request
    return ask(device, "/v1/laptops", request, keys.LaptopsReply).laptops


def second_laptop(office: Office, first: RawDevice) -> RawDevice:
    """Return another laptop of the same person, by a pairing's invitation."""
    key = SigningKey.generate()
    request = enrolment(office, pair(first).invitation, key)
    reply = wire.decode(post_enrolment(office, request), wire.EnrolReply)
    return RawDevice(office, request.device, key, reply)


def _text(content: bytes) -> str:
    return b64encode(content).decode()


# -- an invitation ----------------------------------------------------------------------------


def test_an_invitation_tells_a_newcomer_that_she_has_no_keys_yet(office: Office) -> None:
    claire = office.hire("Claire Morin", Job.PSYCHOLOGIST)
    told = look(office, office.invite("Claire Morin", Job.PSYCHOLOGIST))

    assert told == keys.InvitedReply(professional=claire)


def test_an_invitation_brings_the_bundles_of_its_professional_and_is_not_used_up(
    office: Office,
) -> None:
    claire = enrol(office)
    invitation = office.invite("Claire Morin", Job.PSYCHOLOGIST)
    for _again in range(2):
        told = look(office, invitation)
        assert [b64decode(one) for one in told.bundles] == [b"bundle"]
        assert told.identity_key is not None
        assert not told.is_pairing
    assert claire.professional


def test_who_tries_invitations_is_made_to_wait(office: Office) -> None:
    def why() -> str:
        invented = str(make_invitation(office.department.code, os.urandom(13)))
        with pytest.raises(Refused) as refused:
            look(office, invented)
        return refused.value.code

    said = [why() for _attempt in range(MAX_REFUSED + 1)]
    assert said == ["invitation_unknown"] * MAX_REFUSED + ["too_many_attempts"]


# -- a pairing --------------------------------------------------------------------------------


def test_two_laptops_speak_through_the_office(office: Office) -> None:
    claire = enrol(office)
    begun = pair(claire)
    assert 590 <= begun.left_s <= 600
    assert look(office, begun.invitation).is_pairing

    assert join(office, begun.invitation, b"commitment").heard == []
    assert pair(claire, b"answer", invitation=begun.invitation).heard == [_text(b"commitment")]
    assert join(office, begun.invitation, b"commitment", b"opening").heard == [_text(b"answer")]
    heard = pair(claire, b"answer", b"sealed", invitation=begun.invitation).heard
    assert heard == [_text(b"commitment"), _text(b"opening")]
    assert join(office, begun.invitation).heard == [_text(b"answer"), _text(b"sealed")]


def test_the_invitation_of_a_pairing_enrols_the_second_laptop(office: Office) -> None:
    claire = enrol(office)
    second = second_laptop(office, claire)

    assert second.professional == claire.professional
    assert {item.device for item in laptops(second)} == {claire.device, second.device}


def test_what_a_side_said_is_never_said_otherwise(office: Office) -> None:
    claire = enrol(office)
    invitation = pair(claire).invitation
    join(office, invitation, b"one")

    with pytest.raises(Refused, match="malformed"):
        join(office, invitation, b"two")
    with pytest.raises(Refused, match="malformed"):
        join(office, invitation, b"one", b"two", b"three")
    with pytest.raises(Refused, match="malformed"):
        join(office, invitation, b"one", bytes(keys.MAX_MESSAGE + 1))


def test_a_pairing_lasts_ten_minutes(office: Office) -> None:
    claire = enrol(office)
    invitation = pair(claire).invitation
    office.premises.clock.advance(seconds=keys.PAIRING_S + 1)
    try:
        with pytest.raises(Refused, match="invitation_expired"):
            join(office, invitation, b"late")
        with pytest.raises(Refused, match="invitation_expired"):
            pair(claire, invitation=invitation)
        assert not look(office, invitation).is_pairing
    finally:
        office.premises.clock.advance(seconds=-keys.PAIRING_S - 1)


def test_a_pairing_that_is_closed_or_begun_again_serves_nobody(office: Office) -> None:
    claire = enrol(office)
    closed = pair(claire).invitation
    pair(claire, invitation=closed, close=True)
    former = pair(claire).invitation
    pair(claire)

    for invitation in (closed, former):
        with pytest.raises(Refused, match="invitation_expired"):
            join(office, invitation, b"hello")
        with pytest.raises(Refused, match="invitation_expired"):
            post_enrolment(office, enrolment(office, invitation, SigningKey.generate()))


def test_a_pairing_begun_again_after_ten_minutes_leaves_no_invitation_of_the_former_one(
    office: Office,
) -> None:
    claire = enrol(office)
    former = pair(claire).invitation
    office.premises.clock.advance(seconds=keys.PAIRING_S + 1)
    try:
        pair(claire)
        with pytest.raises(Refused, match="invitation_expired"):
            post_enrolment(office, enrolment(office, former, SigningKey.generate()))
    finally:
        office.premises.clock.advance(seconds=-keys.PAIRING_S - 1)


def test_a_colleague_takes_no_part_in_a_pairing(office: Office) -> None:
    claire, mehdi = enrol(office), enrol(office, "Mehdi Roux", Job.REFERENT)
    invitation = pair(claire).invitation

    with pytest.raises(Refused, match="invitation_unknown"):
        pair(mehdi, b"in between", invitation=invitation)


def test_pairings_of_one_day_are_counted(office: Office) -> None:
    claire = enrol(office)
    for _time in range(MOST_A_DAY):
        pair(claire)

    with pytest.raises(Refused, match="too_many_attempts"):
        pair(claire)


# -- one's own laptops --------------------------------------------------------------------------


def test_she_names_her_laptops(office: Office) -> None:
    claire = enrol(office)

    named = laptops(claire, device=claire.device, name=" Portable de Melle ")
    assert [item.name for item in named] == ["Portable de Melle"]
    assert laptops(claire, device=claire.device, name="")[0].name is None
    with pytest.raises(Refused, match="malformed"):
        laptops(claire, device=claire.device, name="x" * (keys.MAX_NAME + 1))


def test_the_laptop_she_withdraws_is_told_so(office: Office) -> None:
    claire = enrol(office)
    second = second_laptop(office, claire)

    listed = laptops(second, device=claire.device, withdraw=True)

    assert [item.withdrawn_at is not None for item in listed] == [True, False]
    with pytest.raises(Refused) as refused:
        claire.pull()
    assert (refused.value.status, refused.value.code) == (410, "revoked")
    second.pull()
    assert "device_withdrawn" in office.log()


@pytest.mark.parametrize("by", ["her other laptop", "the administrator", "oublier-identite"])
def test_what_a_laptop_had_begun_enrols_nobody_once_it_is_withdrawn(
    office: Office, terminal: Terminal, by: str
) -> None:
    """A thief who had her laptop open has her identity, and an invitation that serves a day."""
    claire = enrol(office)
    second = second_laptop(office, claire)
    begun = pair(claire).invitation

    if by == "her other laptop":
        laptops(second, device=claire.device, withdraw=True)
    elif by == "the administrator":
        office.revoke(claire.device)
    else:
        terminal.types("oublier-identite", "Claire Morin", answer="oui")

    for attempt in (
        lambda: look(office, begun),
        lambda: post_enrolment(office, enrolment(office, begun, SigningKey.generate())),
    ):
        with pytest.raises(Refused, match="invitation_expired"):
            attempt()


def test_a_laptop_withdraws_neither_itself_nor_a_colleagues(office: Office) -> None:
    claire, mehdi = enrol(office), enrol(office, "Mehdi Roux", Job.REFERENT)

    for device in (claire.device, mehdi.device, fresh_id()):
        with pytest.raises(Refused, match="malformed"):
            laptops(claire, device=device, withdraw=True)
    mehdi.pull()
    assert [item.device for item in laptops(mehdi)] == [mehdi.device]


def test_a_laptop_goes_with_all_the_devices_it_has_been(office: Office) -> None:
    claire = enrol(office)
    second = second_laptop(office, claire)
    key, new = SigningKey.generate(), fresh_id()
    renew(second, renewal(second, key, new=new))

    assert [item.device for item in laptops(claire)] == [claire.device, new]
    laptops(claire, device=new, withdraw=True)

    with pytest.raises(Refused, match="revoked"):
        second.pull()


# -- papers -------------------------------------------------------------------------------------


def test_a_new_paper_replaces_that_of_its_laptop_alone_or_all_of_them(office: Office) -> None:
    claire = enrol(office)
    second = second_laptop(office, claire)
    invitation = office.invite("Claire Morin", Job.PSYCHOLOGIST)

    def renewed(device: RawDevice, bundle: bytes, *, alone: bool) -> int:
        request = keys.BundleRequest(_text(bundle), alone)
        return ask(device, "/v1/account", request, keys.BundleReply).kept

    assert renewed(second, b"second", alone=False) == 2
    assert renewed(claire, b"first", alone=False) == 2
    told = look(office, invitation)
    assert {b64decode(one) for one in told.bundles} == {b"first", b"second"}
    assert renewed(second, b"only", alone=True) == 1
    assert [b64decode(one) for one in look(office, invitation).bundles] == [b"only"]


def test_a_laptop_that_was_renewed_leaves_no_former_paper_behind(office: Office) -> None:
    claire = enrol(office)
    key, new = SigningKey.generate(), fresh_id()
    renew(claire, renewal(claire, key, new=new))
    again = RawDevice(office, new, key, claire.reply)
    request = keys.BundleRequest(_text(b"renewed"))

    assert ask(again, "/v1/account", request, keys.BundleReply).kept == 1
    told = look(office, office.invite("Claire Morin", Job.PSYCHOLOGIST))
    assert [b64decode(one) for one in told.bundles] == [b"renewed"]


# -- shares -------------------------------------------------------------------------------------


def shares(device: RawDevice, /, **asked: object) -> keys.SharesReply:
    request = keys.SharesRequest(**asked)  # type: ignore[arg-type]  # members of the request
    return ask(device, "/v1/shares", request, keys.SharesReply)


def given(*holders: RawDevice, split: str = "0beef") -> dict[str, object]:
    parts = [keys.Share(one.professional, _text(one.device.encode())) for one in holders]
    return {"split": split, "bundle": _text(b"wrapped"), "shares": parts}


def test_shares_reach_those_who_keep_them_and_nobody_else(office: Office) -> None:
    claire = enrol(office)
    nadia, ines = enrol(office, "Nadia Petit"), enrol(office, "Inès Blanc")
    mine = shares(claire, **given(nadia, ines))

    assert (mine.split, set(mine.holders)) == ("0beef", {nadia.professional, ines.professional})
    [held] = shares(nadia).held
    assert (held.owner, held.sealed) == (claire.professional, _text(nadia.device.encode()))
    assert shares(claire).held == []
    invitation = office.invite("Claire Morin", Job.PSYCHOLOGIST)
    assert look(office, invitation).shared_bundle == _text(b"wrapped")


def test_a_new_split_replaces_the_former_and_may_be_taken_back(office: Office) -> None:
    claire = enrol(office)
    nadia, ines, lou = (enrol(office, name) for name in ("Nadia P", "Inès B", "Lou C"))
    shares(claire, **given(nadia, ines))
    shares(claire, **given(ines, lou, split="0f00d"))

    assert shares(nadia).held == []
    assert [item.split for item in shares(ines).held] == ["0f00d"]
    taken = shares(claire, split="")
    assert (taken.split, taken.holders) == (None, [])
    assert shares(lou).held == []


def test_shares_that_make_no_sense_are_refused(office: Office) -> None:
    claire, nadia = enrol(office), enrol(office, "Nadia Petit")
    for wrong in (
        given(nadia),
        given(nadia, nadia),
        given(nadia, claire),
        given(nadia, enrol(office, "Inès Blanc"), split="nonsense"),
        {**given(nadia), "shares": [keys.Share(fresh_id(), _text(b"s"))] * 2},
    ):
        with pytest.raises(Refused, match="malformed"):
            shares(claire, **wrong)
    unknown = given(nadia)
    unknown["shares"] = [
        keys.Share(nadia.professional, _text(b"s")),
        keys.Share(fresh_id(), _text(b"s")),
    ]
    with pytest.raises(Refused, match="malformed"):
        shares(claire, **unknown)


@pytest.mark.parametrize(
    ("path", "message", "reply"),
    [
        ("/v1/laptops", keys.LaptopsRequest(), keys.LaptopsReply),
        ("/v1/account", keys.BundleRequest(_text(b"x")), keys.BundleReply),
        ("/v1/shares", keys.SharesRequest(), keys.SharesReply),
        ("/v1/pairings", keys.PairRequest(), keys.PairReply),
    ],
)
def test_a_withdrawn_or_unknown_laptop_has_nothing(
    office: Office, path: str, message: msgspec.Struct, reply: type[msgspec.Struct]
) -> None:
    claire = enrol(office)
    with pytest.raises(Refused) as unsigned:
        stranger(office, path, message, reply)
    office.revoke(claire.device)
    with pytest.raises(Refused) as withdrawn:
        ask(claire, path, message, reply)

    assert (unsigned.value.status, withdrawn.value.status) == (401, 410)


# -- everything was lost ------------------------------------------------------------------------


def test_who_lost_everything_comes_back_with_new_keys_and_her_former_laptops_do_not(
    office: Office, terminal: Terminal
) -> None:
    claire = enrol(office)
    shares(claire, **given(enrol(office, "Nadia Petit"), enrol(office, "Inès Blanc")))
    new = ("c3" * 32, "d4" * 32)
    with pytest.raises(Refused, match="identity_differs"):
        enrol(office, identity=new)

    assert "déjà" not in terminal.types("oublier-identite", "Claire Morin", answer="oui")
    again = enrol(office, identity=new)

    assert again.professional == claire.professional
    with pytest.raises(Refused, match="revoked"):
        claire.pull()
    told = look(office, office.invite("Claire Morin", Job.PSYCHOLOGIST))
    assert (told.shared_bundle, len(told.bundles)) == (None, 1)
    assert told.encryption_key == new[1]


def test_an_identity_is_not_forgotten_without_a_yes(office: Office, terminal: Terminal) -> None:
    claire = enrol(office)
    terminal.is_refused("oublier-identite", "Claire Morin", answer="non")
    claire.pull()


def test_whatever_her_job_each_has_her_own_and_nothing_of_the_others(office: Office) -> None:
    devices = {job: enrol(office, f"Une {job.value}", job) for job in Job}
    named = {
        job: laptops(one, device=one.device, name=f"portable {job.value}")
        for job, one in devices.items()
    }
    for job, one in devices.items():
        assert [(it.device, it.name) for it in named[job]] == [
            (one.device, f"portable {job.value}")
        ]
        assert shares(one) == keys.SharesReply(held=[])
        other = next(it for its, it in devices.items() if its is not job)
        with pytest.raises(Refused, match="malformed"):
            laptops(one, device=other.device, name="à moi")
        with pytest.raises(Refused, match="invitation_unknown"):
            pair(one, b"x", invitation=pair(other).invitation)
