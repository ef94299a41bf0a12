"""Only an enrolled, unrevoked device gets a byte, each request serves once, and bounds hold."""

import gzip
import json
import os
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

from protocol import compression, limits, wire
from tests.server.samples import edit, follow_up, person
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, Refused, fresh_id, post


def pack(request: wire.SyncRequest) -> bytes:
    """Return the body of a request."""
    return compression.compress(wire.encode(request))


def refusal(call: Callable[[], object]) -> tuple[int, str]:
    """Return the status and the code of a refusal."""
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.status, refused.value.code


def test_strangers_are_all_told_the_same(claire: RawDevice, office: Office) -> None:
    body = pack(claire.request())
    changes = (
        {"Coffre-Device": fresh_id()},
        {"Coffre-Device": "moi"},
        {"Coffre-Department": "zz"},
        {"Coffre-Department": "../79"},
        {"Coffre-Signature": "00" * 64},
        {"Coffre-Signature": ""},
        {"Coffre-Counter": "999999"},
        {"Coffre-Counter": "-1"},
        {"Coffre-Counter": "1e9"},
        {"Coffre-Time": "hier"},
    )
    answers = [refusal(partial(claire.send, body, change=change)) for change in changes]
    answers.append(refusal(partial(post, office, "/v1/sync", body, {})))
    assert set(answers) == {(401, "unauthenticated")}


def test_a_request_altered_on_its_way_is_refused(claire: RawDevice, office: Office) -> None:
    body = pack(claire.request([person(claire)]))
    claire.counter += 1
    headers = {**claire.headers(body), "Content-Encoding": "zstd"}
    altered = body[:-1] + bytes([body[-1] ^ 1])
    assert refusal(lambda: post(office, "/v1/sync", altered, headers))[0] == 401
    moved = claire.headers(body, target="/v1/sync?x=1")
    assert refusal(lambda: post(office, "/v1/sync", body, moved))[0] == 401
    post(office, "/v1/sync", body, headers)


def test_another_laptops_key_does_not_open(claire: RawDevice, mehdi: RawDevice) -> None:
    claire.key = SigningKey.generate()
    assert refusal(claire.pull) == (401, "unauthenticated")
    mehdi.device = claire.device
    assert refusal(mehdi.pull) == (401, "unauthenticated")


def test_a_recorded_request_played_again_is_refused_and_not_applied(
    claire: RawDevice, office: Office
) -> None:
    body = pack(claire.request([person(claire)]))
    claire.counter += 1
    headers = {**claire.headers(body), "Content-Encoding": "zstd"}
    post(office, "/v1/sync", body, headers)
    with pytest.raises(Refused) as refused:
        post(office, "/v1/sync", body, headers)
    assert (refused.value.status, refused.value.code) == (409, "replayed")
    assert refused.value.detail == {"last": claire.counter}

    claire.counter -= 1
    assert refusal(claire.pull)[1] == "replayed"
    claire.counter = 1_000
    claire.pull()


def test_a_revoked_laptop_is_told_so_and_given_nothing(
    claire: RawDevice, mehdi: RawDevice, office: Office
) -> None:
    claire.pull()
    office.revoke(claire.device)
    assert refusal(claire.pull) == (410, "revoked")
    assert refusal(lambda: claire.push(person(claire, birth_name="CANARI"))) == (410, "revoked")
    assert "CANARI" not in office.dump()
    mehdi.pull()


def test_a_revoked_laptop_with_a_wrong_signature_learns_nothing(
    claire: RawDevice, office: Office
) -> None:
    office.revoke(claire.device)
    claire.key = SigningKey.generate()
    assert refusal(claire.pull) == (401, "unauthenticated")


def test_a_body_may_come_in_clear_or_in_gzip(claire: RawDevice) -> None:
    clear = wire.encode(claire.request())
    for body, encoding in ((clear, None), (clear, "identity"), (gzip.compress(clear), "gzip")):
        answer = claire.send(body, encoding=encoding)
        assert wire.decode(answer, wire.SyncReply).epoch == claire.reply.epoch


def test_an_answer_is_compressed_as_the_laptop_asks(claire: RawDevice, office: Office) -> None:
    body = pack(claire.request())
    for accepted, encoding in (("zstd", "zstd"), ("gzip, deflate", "gzip"), ("identity", None)):
        claire.counter += 1
        headers = {
            **claire.headers(body),
            "Content-Encoding": "zstd",
            "Accept-Encoding": accepted,
        }
        answer = requests.post(
            f"{office.url}/v1/sync",
            data=body,
            headers=headers,
            verify=str(office.authority),
            timeout=30,
        )
        assert answer.headers.get("Content-Encoding") == encoding
        assert wire.decode(answer.content, wire.SyncReply).ack == 0


@pytest.mark.parametrize(
    ("body", "encoding", "expected"),
    [
        (b"", "zstd", (400, "malformed")),
        (b"nonsense", "zstd", (400, "malformed")),
        (b"nonsense", "gzip", (400, "malformed")),
        (b"{}", "brotli", (400, "malformed")),
        (b"", None, (400, "malformed")),
        (b"[" * 200_000, None, (400, "malformed")),
        (b'{"p":1,"s":1,"ops":[' + b"[" * 100_000, None, (400, "malformed")),
        (b'{"p":"1","s":1}', None, (400, "malformed")),
        (b'{"p":1,"s":1,"c":-1}', None, (400, "malformed")),
        (b'{"p":1,"s":1,"c":1' + b"0" * 400 + b"}", None, (400, "malformed")),
        (b'{"p":1,"s":1,"n0":0}', None, (400, "malformed")),
        (b'{"p":1,"s":1' + b"0" * 30 + b"}", None, (400, "malformed")),
        (b'{"p":1,"s":1,"a":[1,1,"x"]}', None, (400, "malformed")),
        (b'{"p":1,"s":1,"a":[1,99999,"0199c0de-0000-7000-8000-0000000000d1"]}', None,
         (400, "malformed")),
        (b'{"p":99,"s":1}', None, (426, "protocol")),
        (b'{"p":0,"s":1}', None, (426, "protocol")),
        (compression.compress(bytes(limits.MAX_BODY * 4)), "zstd", (400, "malformed")),
        (gzip.compress(bytes(limits.MAX_BODY * 4)), "gzip", (400, "malformed")),
    ],
)  # fmt: skip
def test_hostile_messages_are_refused_in_one_word(
    claire: RawDevice, body: bytes, encoding: str | None, expected: tuple[int, str]
) -> None:
    assert refusal(lambda: claire.send(body, encoding=encoding)) == expected
    claire.pull()


def test_too_many_operations_or_bytes_are_refused_before_being_read(
    claire: RawDevice, office: Office
) -> None:
    many = [Op("person", fresh_id())] * (limits.MAX_OPS + 1)
    assert refusal(lambda: claire.push(*many)) == (413, "too_large")
    large = bytes(limits.MAX_REQUEST + 1)
    assert refusal(lambda: post(office, "/v1/sync", large, {})) == (413, "too_large")
    announced = {"Content-Length": str(10**12)}
    assert refusal(lambda: post(office, "/v1/sync", b"", announced)) == (413, "too_large")


def test_a_body_without_a_length_is_cut_at_the_bound(office: Office) -> None:
    def endless() -> Iterator[bytes]:
        part = os.urandom(1 << 20)
        for _count in range(64):
            yield part

    try:
        answer = requests.post(
            f"{office.url}/v1/sync", data=endless(), verify=str(office.authority), timeout=30
        )
    except requests.ConnectionError:
        return  # the office hung up while we were still pouring
    assert answer.status_code == 413


def test_one_operation_too_large_is_refused_alone(claire: RawDevice) -> None:
    dossier = person(claire)
    huge = Op("person", fresh_id(), {**dossier.fields, "phone1": "x" * (limits.MAX_OP + 1)})
    reply = claire.push(huge, dossier)
    assert [(result.index, result.detail) for result in reply.results] == [(0, ["too_large"])]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
NAMES = st.sampled_from(
    ["birth_name", "first_name", "created_by", "person", "themes", "minutes", "latitude", "state"]
)


def test_whatever_an_operation_holds_it_is_taken_or_refused(
    claire: RawDevice, office: Office
) -> None:
    dossier = person(claire)
    met = follow_up(claire, dossier.rid)
    claire.push(dossier, met)
    kinds = st.sampled_from(["person", "follow_up", "circle_member", "clinical_note", "place", "?"])
    rids = st.sampled_from([dossier.rid, met.rid, fresh_id(), "", "x" * 50])
    operations = st.builds(
        Op,
        kinds,
        rids,
        st.dictionaries(NAMES, JSON, max_size=4),
        verb=st.integers(-1, 3),
        base=st.integers(-(2**70), 2**70),
        hlc=st.integers(-(2**70), 2**70),
    )

    @settings(max_examples=60)
    @given(st.lists(operations, min_size=1, max_size=4))
    def try_them(operations: list[Op]) -> None:
        first = claire.next_op
        try:
            reply = claire.push(*operations)
        except Refused as refused:
            # A number out of range makes the whole message unreadable.
            if (refused.status, refused.code) != (400, "malformed"):
                pytest.fail(str(refused))
        else:
            assert reply.ack == first + len(operations) - 1

    try_them()
    claire.pull()
    assert '"event": "failed"' not in office.log()


def test_a_reply_cut_on_its_way_is_asked_again_and_nothing_is_applied_twice(
    claire: RawDevice, office: Office
) -> None:
    dossier = person(claire)
    claire.push(dossier)
    claire.session.close()
    office.cut_reply_after(3_000)
    request = claire.request([edit(dossier, 0, phone1="05 49")] * 3 + [person(claire)] * 40)
    with pytest.raises(requests.RequestException):  # cut in the head, or in the body
        _ask_until_cut(claire, request)
    assert claire.ask(request).ack == 44
    people = [line for line in office.dump().splitlines() if line.startswith("record: (4,")]
    assert len(people) == 2


def _ask_until_cut(device: RawDevice, request: wire.SyncRequest) -> None:
    for _attempt in range(60):
        device.ask(request)


def test_without_a_network_nothing_passes_and_with_it_everything_does(
    claire: RawDevice, office: Office
) -> None:
    claire.pull()
    office.offline()
    with pytest.raises(requests.ConnectionError):
        claire.pull()
    office.online()
    claire.pull()


def test_what_is_not_served_is_refused_like_the_rest(office: Office) -> None:
    for path, status in (("/", 404), ("/v1/sync", 405), ("/docs", 404), ("/v1/../admin", 404)):
        answer = requests.get(office.url + path, verify=str(office.authority), timeout=30)
        assert answer.status_code == status
        assert wire.decode(answer.content, wire.Problem).code in {"not_found", "method_not_allowed"}


def test_the_operator_sees_health_and_counts_and_nothing_about_anybody(
    claire: RawDevice, office: Office
) -> None:
    claire.push(person(claire, birth_name="CANARI"))

    def get(path: str) -> requests.Response:
        return requests.get(office.url + path, verify=str(office.authority), timeout=30)

    assert get("/v1/health").json() == {"status": "ok"}
    counts = get("/v1/metrics").text
    assert 'coffre_requests_total{route="/v1/sync",status="200"}' in counts
    for secret in ("CANARI", claire.device, claire.professional):
        assert secret not in counts


def test_another_team_can_read_the_description_of_the_messages(office: Office) -> None:
    answer = requests.get(f"{office.url}/v1/openapi.json", verify=str(office.authority), timeout=30)
    document = answer.json()
    assert {"/v1/hello", "/v1/devices", "/v1/sync", "/v1/health"} <= document["paths"].keys()
    assert {"SyncRequest", "SyncReply", "Operation", "Change", "Problem"} <= document["components"][
        "schemas"
    ].keys()
    named = json.dumps(document).split("#/components/schemas/")[1:]
    known = document["components"]["schemas"].keys()
    assert {part.split('"')[0] for part in named} <= known
