"""What a colleague with an enrolled laptop, or a thief of one, tries against the office."""

from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import msgspec
import pytest
from nacl.signing import SigningKey

from protocol import signing, wire
from protocol.ids import REFERENCE_BUCKET
from protocol.kinds.people import Job
from protocol.signing import HEADER_DEPARTMENT
from tests.server.samples import CREATED_AT, edit, follow_up, member, note, person
from tests.server.test_requests import pack, refusal
from tests.server.test_rights import GRANT, everything
from tests.support.office import Office
from tests.support.raw_device import (
    Op,
    RawDevice,
    Refused,
    enrol,
    enrolment,
    fresh_id,
    post_enrolment,
)


@pytest.fixture
def dossier(claire: RawDevice) -> Op:
    """Return a dossier of Claire's, with a note and a shared text in it."""
    made = person(claire, birth_name="CANARI")
    claire.push(made, member(claire, made.rid, claire.professional))
    return made


def conflict(author: RawDevice, dossier: str, subject: str, **fields: object) -> Op:
    """Return a conflict record as a laptop would write one."""
    values = {
        "created_at": CREATED_AT,
        "created_by": author.professional,
        "dossier": dossier,
        "subject_kind": "follow_up",
        "subject": subject,
        "field": "summary",
        "lost": "0des mots",
        "lost_hlc": 1,
        **fields,
    }
    return Op("conflict", fresh_id(), values)


def details(reply: wire.SyncReply) -> list[list[str]]:
    """Return why each operation went aside."""
    return [result.detail for result in reply.results]


# -- words put in somebody else's mouth ---------------------------------------------------------


def test_nobody_writes_a_follow_up_in_a_colleagues_name(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    claire.push(member(claire, dossier.rid, mehdi.professional))
    forged = follow_up(mehdi, dossier.rid, professional=claire.professional)
    signed = follow_up(mehdi, dossier.rid, created_by=claire.professional)
    assert details(mehdi.push(forged, signed)) == [
        ["author", "professional"],
        ["author", "created_by"],
    ]


def test_nobody_invents_words_that_a_colleague_would_have_lost(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    met = follow_up(claire, dossier.rid)
    claire.push(met, member(claire, dossier.rid, mehdi.professional))
    forged = conflict(mehdi, dossier.rid, met.rid, lost_by=claire.professional)
    own = conflict(mehdi, dossier.rid, met.rid, lost_by=mehdi.professional)
    outside = conflict(mehdi, person(mehdi).rid, met.rid, lost_by=mehdi.professional)
    assert details(mehdi.push(forged, own, outside)) == [["author", "lost_by"], GRANT]


# -- the directory of keys ----------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, "ee" * 32])
def test_an_animators_laptop_does_not_touch_a_colleagues_keys(
    claire: RawDevice, office: Office, key: str | None
) -> None:
    animator = enrol(office, "Anne Le Gall", Job.ANIMATOR)
    animator.pull()
    base = animator.cursor
    known = animator.seen["professional", claire.professional]["identity_key"]
    for name in ("identity_key", "encryption_key"):
        stolen = Op("professional", claire.professional, {name: key, "phone": "05"}, base=base)
        assert details(animator.push(stolen)) == [["author", name]]
    animator.pull()
    assert animator.seen["professional", claire.professional]["identity_key"] == known


def test_an_animators_laptop_brings_a_colleague_without_choosing_her_keys(office: Office) -> None:
    animator = enrol(office, "Anne Le Gall", Job.ANIMATOR)
    fields = {
        "created_at": CREATED_AT,
        "created_by": animator.professional,
        "name": "Luc",
        "job": "nurse",
    }
    chosen = Op("professional", fresh_id(), {**fields, "encryption_key": "ee" * 32})
    plain = Op("professional", fresh_id(), fields)
    assert details(animator.push(chosen, plain)) == [["author", "encryption_key"]]


# -- buckets ------------------------------------------------------------------------------------


def test_a_founder_cannot_take_the_place_of_a_bucket_that_exists(
    claire: RawDevice, office: Office, dossier: Op
) -> None:
    admin = enrol(office, "Paul Admin", Job.ADMIN)
    fields = {
        "created_at": CREATED_AT,
        "created_by": admin.professional,
        "name": "Luc",
        "job": "nurse",
    }
    taken = [dossier.rid, claire.professional, REFERENCE_BUCKET]
    twice = fresh_id()
    reply = admin.push(
        *(Op("professional", rid, fields) for rid in (dossier.rid, REFERENCE_BUCKET)),
        *(person(admin, rid=rid) for rid in taken),
        person(admin, rid=twice),
        Op("professional", twice, fields),
    )
    assert details(reply) == [GRANT] * 6
    given = everything(admin)
    assert b"CANARI" not in given


def test_a_dossier_deleted_and_made_again_stays_its_circles(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    claire.pull()
    claire.push(Op("person", dossier.rid, verb=wire.DELETE, base=claire.cursor))
    reply = mehdi.push(
        person(mehdi, rid=dossier.rid),
        Op("person", dossier.rid, {"phone1": "06"}, base=10**9),
        member(mehdi, dossier.rid, mehdi.professional),
        Op("circle_member", dossier.rid, {"person": dossier.rid}),
    )
    assert details(reply) == [GRANT] * 4
    assert b"CANARI" not in everything(mehdi)


def test_somebody_whose_access_was_closed_cannot_open_it_again(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    place = member(claire, dossier.rid, mehdi.professional)
    claire.push(place)
    mehdi.pull()
    claire.pull()
    claire.push(Op("circle_member", place.rid, verb=wire.DELETE, base=claire.cursor))
    reply = mehdi.push(
        edit(place, mehdi.cursor, role="unique_referent"),
        edit(place, 10**12, ended_on=None),
        Op("circle_member", place.rid, dict(place.fields)),
        member(mehdi, dossier.rid, mehdi.professional, rid=place.rid),
        member(mehdi, dossier.rid, mehdi.professional),
        conflict(mehdi, dossier.rid, place.rid),
    )
    # What crossed his last words on the road is taken in, for those who hold the dossier now.
    assert details(reply) == [GRANT] * 5 + [[]]
    assert reply.results[-1].outcome == "late"
    (page,) = mehdi.pull()
    assert page.dropped == [dossier.rid]
    assert page.changes == []


def test_leaving_and_coming_back_in_one_batch_is_leaving(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    place = member(claire, dossier.rid, mehdi.professional)
    claire.push(place)
    mehdi.pull()
    reply = mehdi.push(
        Op("circle_member", place.rid, verb=wire.DELETE, base=mehdi.cursor),
        edit(place, mehdi.cursor, ended_on=None),
        member(mehdi, dossier.rid, mehdi.professional),
    )
    assert details(reply) == [GRANT, GRANT]
    assert mehdi.pull()[0].dropped == [dossier.rid]


def test_a_record_is_not_carried_from_one_dossier_to_another(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    """Mehdi is in both circles; moving a record would show it to the second."""
    met, sealed = follow_up(claire, dossier.rid), note(claire)
    own = person(mehdi)
    claire.push(met, sealed, member(claire, dossier.rid, mehdi.professional))
    reply = mehdi.push(
        own,
        Op("follow_up", met.rid, {"person": own.rid}, base=10**9),
        Op("follow_up", met.rid, {"created_by": mehdi.professional, "minutes": 5}, base=10**9),
        Op("clinical_note", sealed.rid, {"created_by": mehdi.professional}),
        Op("clinical_note", sealed.rid, {**sealed.fields, "created_by": mehdi.professional}),
    )
    assert details(reply) == [["immutable", "person"], ["immutable", "created_by"], GRANT, GRANT]


@pytest.mark.parametrize("after", [None, (0, 0), (0, 32_767), (2**61, 0)])
@pytest.mark.parametrize("epoch", ["known", "none"])
def test_no_cursor_shows_a_closed_dossier(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, after: tuple[int, int] | None, epoch: str
) -> None:
    claire.push(follow_up(claire, dossier.rid, summary="0CANARI"), note(claire, body="1CANARI"))
    place = None if after is None else wire.Position(*after, dossier.rid)
    for cursor in (0, 1, 2):
        said = mehdi.reply.epoch if epoch == "known" else None
        asked = mehdi.request(cursor=cursor, after=place, epoch=said)
        assert b"CANARI" not in wire.encode(mehdi.ask(asked))


def test_numbers_of_operations_cannot_be_played_with(
    claire: RawDevice, office: Office, dossier: Op
) -> None:
    last = claire.next_op
    with pytest.raises(Refused) as refused:
        claire.ask(claire.request([person(claire)], first_op=last + 5))
    assert refused.value.detail == {"expected": last}
    assert refusal(lambda: claire.ask(claire.request([dossier], first_op=2**63)))[1] == "malformed"


@pytest.mark.parametrize("first_op", [1, 2, 3])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_new_work_under_old_numbers_is_refused_and_not_taken_for_the_old(
    claire: RawDevice, office: Office, dossier: Op, first_op: int, count: int
) -> None:
    """A laptop put back from an old copy counts again: its work must not vanish in silence."""
    claire.push(follow_up(claire, dossier.rid))
    others = [person(claire, birth_name="CANARI-DEUX") for _ in range(count)]
    asked = claire.request(others, first_op=first_op, pull=False)
    assert refusal(lambda: claire.ask(asked)) == (409, "forked")
    assert "CANARI-DEUX" not in office.dump()
    assert claire.push(person(claire)).ack == 4


# -- values that would stop a colleague's laptop ------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("follow_up", "starts_at", "9999-12-31T23:59:59Z"),
        ("follow_up", "starts_at", "0001-01-01T00:00:00Z"),
        ("follow_up", "minutes", 2**63 - 1),
        ("follow_up", "minutes", -(2**62)),
        ("follow_up", "next_step_due", "9999-12-31"),
        ("person", "birth_date", "0001-01-01"),
        ("follow_up", "created_at", "9999-12-31T23:59:59Z"),
    ],
)
def test_a_moment_no_laptop_can_show_is_refused(
    claire: RawDevice, dossier: Op, kind: str, field: str, value: str | int
) -> None:
    made = person(claire) if kind == "person" else follow_up(claire, dossier.rid)
    made = replace(made, fields={**made.fields, field: value})
    assert [result.outcome for result in claire.push(made).results] == ["refused"]


def test_an_end_at_the_beginning_of_time_does_not_stop_the_office(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, office: Office
) -> None:
    absurd = member(
        claire,
        dossier.rid,
        mehdi.professional,
        ended_on="0001-01-01",
        overlap_until="2999-01-01",
    )
    claire.push(absurd, person(claire))
    assert '"event": "failed"' not in office.log()


# -- the same signature elsewhere ---------------------------------------------------------------


def test_a_request_signed_for_one_departement_does_not_serve_in_another(
    claire: RawDevice, office: Office
) -> None:
    """The same device and key in both: only the département in the signature tells them apart."""
    elsewhere = Office(office.premises, office.premises.new_department(), office.road)
    elsewhere.hire("Claire Morin")
    request = enrolment(
        elsewhere, elsewhere.invite("Claire Morin"), claire.key, device=claire.device
    )
    post_enrolment(elsewhere, request)
    body = pack(claire.request([person(claire, birth_name="CANARI")]))
    other = {HEADER_DEPARTMENT: elsewhere.department.code}
    assert refusal(lambda: claire.send(body, change=other)) == (401, "unauthenticated")
    assert "CANARI" not in elsewhere.dump()
    office.premises.forget(elsewhere.department)


# -- enrolment ----------------------------------------------------------------------------------


def test_one_invitation_tried_by_many_laptops_at_once_enrols_one(office: Office) -> None:
    invitation = office.invite("Claire Morin")
    wanted = [enrolment(office, invitation, SigningKey.generate()) for _ in range(8)]

    def attempt(request: wire.EnrolRequest) -> str:
        try:
            post_enrolment(office, request)
        except Refused as refused:
            return refused.code
        return "enrolled"

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(attempt, wanted))
    assert answers == ["enrolled"] + ["invitation_used"] * 7
    assert len(office.devices()) == 1


def test_a_revoked_laptop_learns_nothing_from_its_old_invitation(office: Office) -> None:
    key = SigningKey.generate()
    request = enrolment(office, office.invite("Claire CANARI"), key)
    post_enrolment(office, request)
    post_enrolment(office, request)
    office.revoke(request.device)
    assert refusal(lambda: post_enrolment(office, request)) == (410, "revoked")


def test_a_found_second_invitation_does_not_let_a_strangers_laptop_speak_for_claire(
    claire: RawDevice, office: Office
) -> None:
    """Her public keys are known to all her colleagues; only she can vouch for a laptop."""
    key, thief = SigningKey.generate(), SigningKey.generate()
    honest = enrolment(office, office.invite("Claire Morin"), key)
    start = signing.certificate_start(
        identity_key=honest.identity_key, device=honest.device, device_key=honest.device_key
    )
    forged = thief.sign(start)
    other = enrolment(office, honest.invitation, key, device=fresh_id())
    certificates = [
        b"",
        bytes(64),
        start + bytes(64),
        forged.message + forged.signature,
        b64decode(other.certificate),
    ]
    for certificate in certificates:
        request = msgspec.structs.replace(honest, certificate=b64encode(certificate).decode())
        assert refusal(partial(post_enrolment, office, request)) == (403, "proof_invalid")
    assert len(office.devices()) == 1
    post_enrolment(office, honest)


# -- what is written down -----------------------------------------------------------------------


def test_an_operation_without_a_right_form_leaves_nothing_of_itself_in_the_log(
    claire: RawDevice, office: Office
) -> None:
    claire.push(Op("person", "CANARI Sylvie née en 1984", {"birth_name": "CANARI"}))
    claire.push(Op("CANARI", fresh_id(), {"CANARI": "CANARI"}))
    assert "CANARI" not in office.log()
