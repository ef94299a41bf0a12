"""The document says what the code does: numbers, refusals and kinds are the ones declared.

Another team has the document and nothing else (``other_client``): what drifts from it is lost work.
"""

import hashlib
import json
import re
import textwrap
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from protocol import limits
from protocol.kinds import SYNCED, Code, FieldSpec, KindSpec, Rule, Shape
from protocol.wire_keys import MAX_MESSAGE
from server.config.settings import Bounds
from server.http.limits import TooManyRequests
from server.http.problems import answer_to
from server.services import errors
from tests.protocol.other_wire import canonical, digest128, mark, request_lines

ROOT = Path(__file__).parents[2]
_DOCUMENT = (ROOT / "docs" / "protocol.md").read_text("utf-8")
_REASON = re.compile(r'(?:OperationRefused|FieldRefused)\((?:item\.name, |name, )?"([a-z_]+)"')
_ROW = re.compile(r"^\| (\d{3}) \| (.+?) \|", re.MULTILINE)
_CODE = re.compile(r"`([a-z_]+)`")
BOUNDS = Bounds()


def test_the_worked_digest_is_that_of_the_worked_record() -> None:
    line = next(line for line in _DOCUMENT.splitlines() if line.startswith('["follow_up"'))
    kind, rid, fields = json.loads(line)
    assert canonical(kind, rid, {**fields, "place": None, "minutes": 45.0}) == line.encode()
    assert f"`{digest128(line.encode()):032x}`" in _DOCUMENT


def test_the_worked_mark_is_that_of_the_worked_bucket() -> None:
    said = mark("0199c0de-0000-7000-8000-0000000000a1", 2, 0x0123456789ABCDEF0123456789ABCDEF)
    assert f"`{said:032x}`" in _DOCUMENT


def test_a_number_has_the_one_form_the_document_gives_it() -> None:
    assert b'{"latitude":46.3237}' in canonical("place", "", {"latitude": 46.3237})
    for value, form in ((3.0, "3"), (0.00001, "0.00001"), (0.000001, "1e-6")):
        assert f"`{form}`" in _section("Proof")
        assert f'"n":{form}}}'.encode() in canonical("place", "", {"n": value})


def test_the_worked_signature_is_that_of_the_worked_request() -> None:
    device = SigningKey(bytes(range(32, 64)))
    lines = _block(_section("Signature"), "coffre-request-1\n0199")
    server, department, name, counter, moment = lines.split("\n")[1:6]
    told = (department, name, counter, moment)
    names = ("Coffre-Department", "Coffre-Device", "Coffre-Counter", "Coffre-Time")
    headers = dict(zip(names, told, strict=True))
    assert request_lines(headers, server, "/v1/sync", b'{"p":2,"s":2}') == lines.encode()
    assert device.sign(lines.encode()).signature.hex() in _joined("Signature")


def test_the_worked_certificate_is_that_of_the_worked_keys() -> None:
    identity, device = (SigningKey(bytes(range(start, start + 32))) for start in (0, 32))
    parts = (
        b"coffre.cert.1",
        identity.verify_key.encode().hex().encode(),
        b"0199c0de-0000-7000-8000-0000000000d1",
        device.verify_key.encode(),
        (1).to_bytes(8, "big"),
        b"2026-11-24",
    )
    statement = b"".join(len(part).to_bytes(2, "big") + part for part in parts)
    said = _joined("Enrolment")
    assert hashlib.blake2b(statement, digest_size=32).hexdigest() in said
    assert identity.sign(statement).signature.hex() in said
    assert f"{len(statement)} bytes" in said


def test_the_mark_of_a_value_that_stands_is_the_one_given() -> None:
    assert f"`{hashlib.blake2b(b'40', digest_size=8).hexdigest()}`" in _section("Merge")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (limits.MAX_REQUEST, "3 MiB a request"),
        (limits.MAX_BODY, "8 MiB a reply"),
        (limits.MAX_OPS, "1 000 operations a request"),
        (limits.MAX_OP, "2 MiB an operation"),
        (limits.TARGET_BODY, "closes a batch at about 1 MiB"),
        (limits.PAGE_ROWS, "at most 500 records"),
        (limits.PAGE_BODY, "about 512 KiB"),
        (limits.MAX_PIECE_REQUEST, "384 KiB a piece"),
        (limits.MAX_DOCUMENTS, "100 documents a question"),
        (MAX_MESSAGE, "2 KiB a message of a pairing"),
        (BOUNDS.device.burst, "1 000 requests at once"),
        (BOUNDS.device.per_second, "then 10 a second (a body"),
        (BOUNDS.given.burst, "give 8 000 pieces"),
        (BOUNDS.stranger.burst, "without a signature 600"),
        (BOUNDS.stranger.per_second, "then 10 a second, for one address"),
    ],
)
def test_each_limit_is_the_one_that_is_kept(number: float, words: str) -> None:
    said = _joined("Limits")
    units = {"MiB": 1 << 20, "KiB": 1 << 10}
    value = int("".join(re.findall(r"\d", words)))
    unit = next((factor for name, factor in units.items() if name in words), 1)
    assert words in said
    assert value * unit == number


def test_those_who_ask_too_often_wait_as_long_as_the_document_says() -> None:
    said = _joined("Limits")
    assert BOUNDS.given.per_second == 1 / 10
    assert "8 000 pieces, then one every ten seconds" in said
    assert BOUNDS.device_at_once == 4
    assert "four of them being served" in said


def test_each_refusal_of_a_request_is_told_with_its_status() -> None:
    told = {
        (int(status), code)
        for status, codes in _ROW.findall(_section("Refusals of a request"))
        for code in _CODE.findall(codes)
    }
    raised = {kind() for kind in _leaves(errors.Refusal)} | {TooManyRequests()}
    answered = {(answer_to(refusal).status_code, refusal.code) for refusal in raised}
    assert answered <= told
    made_elsewhere = {"internal", "unavailable", "forbidden", "not_found", "method_not_allowed"}
    assert {code for _status, code in told - answered} == made_elsewhere


def test_each_reason_of_a_refused_operation_is_told() -> None:
    sources = [ROOT / "protocol" / "values.py", *sorted((ROOT / "server/services").glob("*.py"))]
    raised = {reason for path in sources for reason in _REASON.findall(path.read_text("utf-8"))}
    assert len(raised) > 20
    told = set(_CODE.findall(_section("Refusals")))
    assert raised - told == set()


@pytest.mark.parametrize("name", sorted(SYNCED))
def test_each_kind_is_told_as_it_is_declared(name: str) -> None:
    assert declared(SYNCED[name]) in _section("Kinds")


def declared(spec: KindSpec) -> str:
    """Return what the document says of a kind."""
    home = {None: "the reference", "id": "a dossier of its own"}.get(spec.bucket_field)
    own = [item for item in spec.fields if item.name not in ("created_at", "created_by")]
    fields = " · ".join(map(_told, own))
    wrapped = textwrap.fill(
        fields, 98, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )
    return f"{spec.name}, in {home or f'`{spec.bucket_field}`'}\n{wrapped}".replace("`", "")


def _keyed(item: FieldSpec) -> str:
    if item.shape is Shape.SEALED:
        return "for her alone"
    return "sealed" if item.for_circle else "carried"


def _told(item: FieldSpec) -> str:
    shape = str(item.shape)
    codes = _listed(item.codes)
    if item.rule is Rule.SEALED_TEXT or item.shape is Shape.SEALED:
        told = f"{_keyed(item)} {item.limit}"
        told += " scalar" if item.rule is Rule.SCALAR else ""
    elif item.retired:
        told = f"retired {item.limit}"
    elif item.shape is Shape.TEXT:
        told = f"text {item.limit}"
    elif codes:
        told = ("set of " if item.rule is Rule.SET else "") + codes
    else:
        told = shape + (" 2^63" if item.limit > 2**31 else "")
    rule = {Rule.IMMUTABLE: " immutable", Rule.SAFETY: " safety"}.get(item.rule, "")
    return f"{item.name}{'!' if item.required else ''} {told}{rule}{_otherwise(item)}"


def _listed(codes: type[Code] | None) -> str:
    return "" if codes is None else f"({' '.join(codes)})"


def _otherwise(item: FieldSpec) -> str:
    if item.default is None or item.rule is Rule.SET:
        return ""
    return f" ={json.dumps(item.default)}".replace('"', "")


def _leaves(kind: type[errors.Refusal]) -> list[type[errors.Refusal]]:
    """Return what a laptop may be told; administrators read sentences."""
    below = [sub for sub in kind.__subclasses__() if sub.__module__ == errors.__name__]
    kinds = below + [leaf for sub in below for leaf in _leaves(sub)]
    return [found for found in kinds if found is not errors.AdministrationRefused]


def _section(title: str) -> str:
    found = re.search(rf"^##+ {title}$(.*?)(?=^##+ |\Z)", _DOCUMENT, re.DOTALL | re.MULTILINE)
    assert found is not None, title
    return found.group(1)


def _joined(title: str) -> str:
    return " ".join(_section(title).split())


def _block(section: str, start: str) -> str:
    return next(
        part.strip("\n") for part in section.split("```") if part.strip("\n").startswith(start)
    )
