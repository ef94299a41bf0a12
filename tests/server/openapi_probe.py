"""Asks the office whatever its own description allows, and more, as somebody of a given job.

Requests are made by schemathesis from the served description, then half of them are bent towards
what exists (a colleague's dossier, kinds, fields): random words alone never get past the door.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from protocol.kinds import SYNCED
from protocol.wire import PROTOCOL_VERSION
from tests.server.samples import follow_up, member, note, person
from tests.support.office import Office
from tests.support.raw_device import RawDevice, enrol

CANARY = "CANARI"
_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
_SIGNED = {
    "/v1/sync",
    "/v1/digests",
    "/v1/reread",
    "/v1/devices/renew",
    "/v1/pieces/missing",
    "/v1/pieces/give",
    "/v1/pieces/take",
    "/v1/pairings",
    "/v1/laptops",
    "/v1/account",
    "/v1/shares",
}
_HEALTH = [hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.filter_too_much]

Json = Any  # a JSON value of any depth
Case = schemathesis.Case[Any]  # whatever the description allows
Operation = schemathesis.APIOperation[Any, Any, Any, Any]


@dataclass
class Dossier:
    """What nobody but Claire may hear of."""

    claire: RawDevice
    words: list[str]
    """Identifiers, and the mark of every text."""
    names: list[str] = field(default_factory=list)
    """What a bent request may say."""


@dataclass
class Heard:
    """What the office answered."""

    statuses: dict[str, int] = field(default_factory=dict)
    """How many answers of each status, by address."""

    def note(self, path: str, status: int) -> None:
        """Take note of one answer."""
        said = f"{path} {status}"
        self.statuses[said] = self.statuses.get(said, 0) + 1


def hide(office: Office) -> Dossier:
    """Return a new dossier of a new Claire."""
    claire = enrol(office, "Claire Morin")
    made = person(claire, birth_name=f"{CANARY} NOM", request=f"0{CANARY} DEMANDE")
    met = follow_up(claire, made.rid, summary=f"0{CANARY} SUIVI")
    kept = note(claire, body=f"1{CANARY}NOTE")
    place = member(claire, made.rid, claire.professional)
    assert claire.push(made, place, met, kept).results == []
    rids = [made.rid, met.rid, kept.rid, place.rid]
    fields = [item.name for spec in SYNCED.values() for item in spec.fields]
    known = [*rids, claire.professional, claire.device, claire.reply.epoch, *SYNCED, *fields]
    return Dossier(claire, [CANARY, *rids], known)


def described(office: Office) -> Json:
    """Return the description the office serves."""
    answer = requests.get(f"{office.url}/v1/openapi.json", verify=str(office.authority), timeout=30)
    return answer.json()


def probe(
    office: Office, dossier: Dossier, device: RawDevice | None, *, examples: int, seed: int = 0
) -> Heard:
    """Ask ``examples`` times at each address; raise ``AssertionError`` at what must not be.

    ``device`` belongs to somebody outside the circle of ``dossier``; ``None`` signs nothing.
    """
    heard = Heard()
    for operation in _operations(described(office)):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            if mode is GenerationMode.NEGATIVE and operation.method == "get":
                continue  # nothing to say wrong

            def ask(case: Case, bend: int) -> None:
                answer = _send(office, dossier, device, case, random.Random(bend))
                heard.note(case.path, answer.status_code)
                case.validate_response(answer, checks=_CHECKS)
                said = [word for word in dossier.words if word in answer.text]
                assert said == [], f"{case.path} tells of a dossier"

            _run(operation.as_strategy(generation_mode=mode), ask, examples, seed)
    return heard


def _operations(description: Json) -> Iterator[Operation]:
    # Its own settings, whatever file lies around.
    schema = schemathesis.openapi.from_dict(description, config=schemathesis.Config())
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), "the description cannot be read"
        yield result.ok()


def _run(
    cases: "st.SearchStrategy[Case]",
    ask: Callable[[Case, int], None],
    examples: int,
    seed: int,
) -> None:
    settings = hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=_HEALTH,
    )
    hypothesis.seed(seed)(settings(hypothesis.given(cases, st.integers(0, 2**32))(ask)))()


def _send(
    office: Office,
    dossier: Dossier,
    device: RawDevice | None,
    case: Case,
    chance: random.Random,
) -> requests.Response:
    if chance.random() < 0.5 and isinstance(case.body, dict):
        case.body = _bent(case, dossier, device, chance)
    given = case.as_transport_kwargs(base_url=office.url)
    prepared = requests.Request(
        given["method"],
        given["url"],
        params=given.get("params"),
        data=_body(given),
        headers=dict(given.get("headers") or {}),
    ).prepare()
    prepared.headers["Content-Type"] = "application/json"
    prepared.headers.pop("Transfer-Encoding", None)
    body = prepared.body or b""
    prepared.body = body if isinstance(body, bytes) else str(body).encode()
    prepared.headers["Content-Length"] = str(len(prepared.body))
    if device is not None and case.path in _SIGNED:
        device.counter += 1
        prepared.headers.update(device.headers(prepared.body, target=case.path))
    session = dossier.claire.session
    return session.send(prepared, verify=str(office.authority), timeout=60)


def _body(given: dict[str, Any]) -> bytes | None:  # what schemathesis would give to requests
    if "json" in given:
        return json.dumps(given["json"]).encode(errors="surrogatepass")
    data = given.get("data")
    return data.encode() if isinstance(data, str) else data


def _bent(case: Case, dossier: Dossier, device: RawDevice | None, chance: random.Random) -> Json:
    """Return a body that speaks of what exists."""
    body = _renamed(case.body, dossier.names, chance)
    if case.path == "/v1/sync" and device is not None:
        said = {"p": PROTOCOL_VERSION, "s": 1, "e": device.reply.epoch, "n0": device.next_op}
        notes = chance.sample(dossier.words[1:], chance.randrange(3))  # of somebody else
        body = {**body, **said, "c": 0, "q": True, "h": 0, "x": [1], "y": notes}
        if chance.random() < 0.7:
            body.pop("a", None)  # it would have begun to read
    return body


def _renamed(value: Json, names: list[str], chance: random.Random) -> Json:
    if isinstance(value, str):
        return chance.choice(names) if chance.random() < 0.7 else value
    if isinstance(value, list):
        return [_renamed(item, names, chance) for item in value]
    if isinstance(value, dict):
        return {key: _renamed(item, names, chance) for key, item in value.items()}
    if type(value) is int and chance.random() < 0.7:
        return chance.randrange(4)
    return value
