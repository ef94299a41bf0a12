"""Real messages, spoilt: one or a few places of a frozen message hold something else."""

import copy
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st

from tests.frozen.exchanges import Sample, load

Json = Any  # a JSON value of any depth

SAMPLES = load(Path(__file__).parent.parent / "frozen" / "wire-1")

HOSTILE: list[Json] = [
    None,
    True,
    -1,
    2**31,
    2**63,
    -(2**63),
    10**400,
    0.5,
    1e308,
    "",
    "\x00",
    "0",
    "1",
    "00000000-0000-0000-0000-000000000000",
    "../../etc/passwd",
    "x" * 70_000,
    "2026-02-30",
    "9999-12-31T23:59:59Z",
    [],
    [[]],
    [[], []],
    [["health"], ["health"]],
    {},
    {"a": {"b": [None]}},
    list(range(3_000)),
]


def synced() -> list[Sample]:
    """Return the synchronisations that went well."""
    return [
        item
        for item in SAMPLES
        if item.exchange.target == "/v1/sync" and item.exchange.status == 200
    ]


@st.composite
def spoilt(draw: st.DrawFn, bodies: list[bytes]) -> bytes:
    """Return one of these JSON bodies with one to four places changed, doubled or taken out."""
    tree = msgspec.json.decode(draw(st.sampled_from(bodies)))
    for _ in range(draw(st.integers(1, 4))):
        tree = _spoil(draw, tree)
    return msgspec.json.encode(tree)


@st.composite
def broken(draw: st.DrawFn, bodies: list[bytes]) -> bytes:
    """Return one of these bodies with some bytes changed, put in, or cut off."""
    body = bytearray(draw(st.sampled_from(bodies)))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, max(len(body) - 1, 0)))
        length = draw(st.integers(0, 4))
        body[place : place + length] = draw(st.binary(max_size=4))
    return bytes(body[: draw(st.integers(0, len(body)))]) if draw(st.booleans()) else bytes(body)


def _spoil(draw: st.DrawFn, tree: Json) -> Json:
    """Go down at random, and change what is found."""
    if isinstance(tree, dict | list) and tree and draw(st.integers(0, 5)):
        keys = list(tree) if isinstance(tree, dict) else range(len(tree))
        key = draw(st.sampled_from(list(keys)))
        spoilt_one = copy.copy(tree)
        act = draw(st.integers(0, 7))
        if act == 0:
            del spoilt_one[key]
        elif act == 1 and isinstance(spoilt_one, list):
            spoilt_one.insert(key, copy.deepcopy(tree[key]))
        else:
            spoilt_one[key] = _spoil(draw, tree[key])
        return spoilt_one
    if type(tree) is int and draw(st.booleans()):
        return tree + draw(st.integers(-3, 3))
    return draw(st.sampled_from(HOSTILE) | st.text(max_size=20) | st.integers(-5, 2**64))
