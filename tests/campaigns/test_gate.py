"""A call at the gate is made, refused, or the last one: what a strike is worth hangs on it."""

import errno
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.campaigns.gate import HARMS, RAISED, Gate, Harm, why_no_gate
from tests.campaigns.struck import CALLS

pytestmark = pytest.mark.skipif(why_no_gate() is not None, reason=why_no_gate() or "")

KILL, FULL, _ = HARMS


def write_two(folder: str, _: str, line: Connection) -> None:
    """Open, write, close; then say so, or what was refused. Twice."""
    for name in ("one", "two"):
        try:
            (Path(folder) / name).write_bytes(b"words")
        except OSError as refusal:
            line.send((name, refusal.errno))
        else:
            line.send((name, 0))


def stumble(_folder: str, _: str, line: Connection) -> None:
    """What nobody foresaw."""
    raise LookupError


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate(CALLS, ["tests.campaigns.test_gate"])


def test_a_call_that_is_refused_fails_and_the_next_ones_are_made(
    gate: Gate, tmp_path: Path
) -> None:
    # Each file is an « openat » and a « write », and what is said a « write » as well.
    run = gate.run(write_two, str(tmp_path), "", FULL, 2)
    assert run.said == [("one", errno.ENOSPC), ("two", 0)]
    assert (tmp_path / "one").read_bytes() == b""
    assert (tmp_path / "two").read_bytes() == b"words"


def test_a_call_that_is_the_last_one_is_never_made(gate: Gate, tmp_path: Path) -> None:
    run = gate.run(write_two, str(tmp_path), "", KILL, 5)
    assert (run.said, run.calls) == ([("one", 0)], 5)
    assert (tmp_path / "two").read_bytes() == b""


def test_what_is_let_through_is_counted(gate: Gate, tmp_path: Path) -> None:
    run = gate.run(write_two, str(tmp_path), "", Harm("failed", errno.EIO), 7)
    assert (run.said, run.calls) == ([("one", 0), ("two", 0)], 6)


def test_what_nobody_foresaw_is_told(gate: Gate, tmp_path: Path) -> None:
    assert gate.run(stumble, str(tmp_path), "").said == [(RAISED, "LookupError")]
