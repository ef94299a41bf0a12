"""Wrong passphrases are counted from one start of Coffre to the next."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.config.tries import FILE_NAME, Tries, WrongTries


class Machine:
    """How long it has been up, and how long the world has lasted."""

    def __init__(self) -> None:
        self.up = self.true = 1_000.0

    def __call__(self) -> float:
        return self.up

    def last(self, seconds: float) -> None:
        self.up += seconds
        self.true += seconds

    def start_again(self, off: float, up: float) -> None:
        self.up = up
        self.true += off + up


def test_wrong_passphrases_are_counted_until_the_right_one(tmp_path: Path) -> None:
    machine = Machine()
    tries = WrongTries(tmp_path / FILE_NAME, machine)
    tries.note()
    tries.note()
    machine.last(7.0)
    assert WrongTries(tmp_path / FILE_NAME, machine).read() == Tries(2, 7.0)
    tries.forget()
    assert tries.read() == Tries()


def test_a_clock_set_ahead_does_not_end_the_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    WrongTries(tmp_path / FILE_NAME).note()
    an_hour_later = time.time() + 3_600.0
    monkeypatch.setattr(time, "time", lambda: an_hour_later)
    monkeypatch.setattr(time, "time_ns", lambda: int(an_hour_later * 1e9))
    assert WrongTries(tmp_path / FILE_NAME).read().ago_s < 60.0


def test_a_machine_that_was_started_again_tells_how_long_it_has_been_up(tmp_path: Path) -> None:
    machine = Machine()
    WrongTries(tmp_path / FILE_NAME, machine).note()
    machine.start_again(off=30_000.0, up=40.0)
    assert WrongTries(tmp_path / FILE_NAME, machine).read() == Tries(1, 40.0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b'{"wrong": "x", "at": 1}',
        b'{"wrong": 1e999, "at": 1}',
        b'{"wrong": 9, "at": NaN}',
        b"\xff" * 2_000,
    ],
)
def test_a_damaged_count_is_no_reason_not_to_start(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    assert WrongTries(tmp_path / FILE_NAME).read() == Tries()


def test_a_folder_that_cannot_be_written_does_not_stop_the_lock(tmp_path: Path) -> None:
    tries = WrongTries(tmp_path / "nowhere" / FILE_NAME)
    tries.note()
    tries.forget()
    assert tries.read() == Tries()


def test_the_count_says_nothing_about_anybody(tmp_path: Path) -> None:
    tries = WrongTries(tmp_path / FILE_NAME, Machine())
    tries.note()
    assert (tmp_path / FILE_NAME).read_bytes() == b'{"wrong": 1, "at": 1000.0}'


SECONDS = st.floats(0, 100) | st.floats(0, 10 * 365 * 86_400.0)
LASTING = st.tuples(SECONDS)
STARTED_AGAIN = st.tuples(SECONDS, SECONDS)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(LASTING | STARTED_AGAIN, max_size=12))
def test_whatever_the_machine_does_no_wrong_try_is_forgotten_and_no_wait_is_cut_short(
    days: list[tuple[float, ...]], tmp_path: Path
) -> None:
    (tmp_path / FILE_NAME).unlink(missing_ok=True)
    machine = Machine()
    for number, day in enumerate(days, start=1):
        WrongTries(tmp_path / FILE_NAME, machine).note()
        before = machine.true
        if len(day) == 1:
            machine.last(*day)
        else:
            machine.start_again(*day)
        told = WrongTries(tmp_path / FILE_NAME, machine).read()
        # What is waited for is a delay that depends on the count, less ``ago_s``: never more.
        assert told.wrong == number
        assert 0.0 <= told.ago_s <= (machine.true - before) * (1 + 1e-9) + 1e-3
