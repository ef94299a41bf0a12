"""An invitation lets one laptop in, once, for a day."""

import msgspec
import pytest
from nacl.signing import SigningKey

from protocol import wire
from protocol.kinds.people import Job
from server.services.attempts import MAX_REFUSED
from tests.support.office import Office
from tests.support.raw_device import (
    RawDevice,
    Refused,
    enrol,
    enrolment,
    hello,
    post,
    post_enrolment,
)


@pytest.fixture
def key() -> SigningKey:
    """Return the key of a new laptop."""
    return SigningKey.generate()


def why(office: Office, request: wire.EnrolRequest) -> tuple[int, str]:
    """Return why an enrolment is refused."""
    with pytest.raises(Refused) as refused:
        post_enrolment(office, request)
    return refused.value.status, refused.value.code


def test_the_office_says_who_it_is_before_anything(office: Office) -> None:
    said = hello(office)
    assert (said.coffre, said.protocol, said.oldest_protocol) == ("coffre-server", 2, 1)


def test_a_new_laptop_learns_whose_it_is(office: Office, key: SigningKey) -> None:
    request = enrolment(office, office.invite("Claire Morin", Job.PSYCHOLOGIST), key)
    reply = wire.decode(post_enrolment(office, request), wire.EnrolReply)

    assert (reply.name, reply.job) == ("Claire Morin", "psychologist")
    assert (reply.department, reply.department_name) == (office.department.code, "Deux-Sèvres")
    assert reply.professional == office.hire("Claire Morin")
    assert reply.server == hello(office).server


def test_an_invitation_is_forgiving_about_how_it_is_typed(office: Office, key: SigningKey) -> None:
    code = office.invite("Claire Morin").lower().replace("-", " ").replace("0", "o")
    typed = office.department.code + code[len(office.department.code) :]
    post_enrolment(office, enrolment(office, typed, key))


def test_an_invitation_serves_once(office: Office, key: SigningKey) -> None:
    code = office.invite("Claire Morin")
    post_enrolment(office, enrolment(office, code, key))
    thief = enrolment(office, code, SigningKey.generate())
    assert why(office, thief) == (409, "invitation_used")


def test_the_name_of_the_first_laptop_is_not_enough_to_be_answered_again(
    office: Office, key: SigningKey
) -> None:
    code = office.invite("Claire Morin")
    request = enrolment(office, code, key)
    post_enrolment(office, request)
    thief = enrolment(office, code, SigningKey.generate(), device=request.device)
    assert why(office, thief) == (409, "invitation_used")


def test_a_laptop_whose_answer_was_lost_asks_again_and_is_answered_the_same(
    office: Office, key: SigningKey
) -> None:
    request = enrolment(office, office.invite("Claire Morin"), key)
    first = post_enrolment(office, request)
    office.clock.advance(hours=30)
    again = post_enrolment(office, request)

    assert wire.decode(again, wire.EnrolReply) == wire.decode(first, wire.EnrolReply)
    assert len(office.devices()) == 1


def test_an_invitation_lasts_a_day(office: Office, key: SigningKey) -> None:
    request = enrolment(office, office.invite("Claire Morin"), key)
    office.clock.advance(hours=24, seconds=1)
    assert why(office, request) == (410, "invitation_expired")


@pytest.mark.parametrize("text", ["", "bonjour", "79-ABCDE-FGHJK-MNPQR-STVWX", "x" * 5_000])
def test_an_unknown_invitation_is_told_so(office: Office, key: SigningKey, text: str) -> None:
    assert why(office, enrolment(office, text, key)) == (404, "invitation_unknown")


def test_a_laptop_must_hold_the_key_it_brings(office: Office, key: SigningKey) -> None:
    request = enrolment(office, office.invite("Claire Morin"), key)
    forged = msgspec.structs.replace(request, identity_key="00" * 32)
    assert why(office, forged) == (403, "proof_invalid")
    post_enrolment(office, request)


def test_a_second_laptop_comes_with_the_same_identity_or_not_at_all(
    office: Office, key: SigningKey, claire: RawDevice
) -> None:
    other = enrolment(office, office.invite("Claire Morin"), key, identity=("11" * 32, "22" * 32))
    assert why(office, other) == (409, "identity_differs")
    assert enrol(office, "Claire Morin").professional == claire.professional


def test_the_identifier_of_a_device_is_not_taken_over(
    office: Office, key: SigningKey, claire: RawDevice
) -> None:
    request = enrolment(office, office.invite("Claire Morin"), key, device=claire.device)
    assert why(office, request) == (409, "device_taken")
    claire.pull()


@pytest.mark.parametrize(
    "change",
    [
        {"device": "moi"},
        {"device_key": "zz"},
        {"identity_key": ""},
        {"certificate": "é"},
        {"account_bundle": "A" * 90_000},
    ],
)
def test_a_malformed_enrolment_is_refused_and_the_invitation_still_serves(
    office: Office, key: SigningKey, change: dict[str, str]
) -> None:
    request = enrolment(office, office.invite("Claire Morin"), key)
    status, code = why(office, msgspec.structs.replace(request, **change))
    assert (status, code) == (400, "malformed")
    post_enrolment(office, request)


def test_whoever_tries_codes_has_to_wait(office: Office, key: SigningKey) -> None:
    wrong = enrolment(office, "79-ABCDE-FGHJK-MNPQR-STVWX", key)
    answers = [why(office, wrong) for _attempt in range(MAX_REFUSED + 1)]
    assert answers[-2:] == [(404, "invitation_unknown"), (429, "too_many_attempts")]
    good = enrolment(office, office.invite("Claire Morin"), key)
    assert why(office, good) == (429, "too_many_attempts")
    office.clock.advance(minutes=11)
    post_enrolment(office, good)


def test_the_office_keeps_no_invitation_it_could_read_out(office: Office) -> None:
    code = office.invite("Claire Morin")
    secret = code.split("-", 1)[1].replace("-", "")
    assert secret not in office.dump().replace("-", "")


def test_an_enrolment_in_clear_is_taken_too(office: Office, key: SigningKey) -> None:
    request = enrolment(office, office.invite("Claire Morin"), key)
    answer = post(office, "/v1/devices", wire.encode(request), {})
    assert wire.decode(answer, wire.EnrolReply).name == "Claire Morin"
