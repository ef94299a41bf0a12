"""Wrong passphrases are counted from one start of Coffre to the next."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.config.tries import FILE_NAME, Tries, WrongTries


class Wall:
    """A clock on a wall."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_wrong_passphrases_are_counted_until_the_right_one(tmp_path: Path) -> None:
    wall = Wall()
    tries = WrongTries(tmp_path / FILE_NAME, wall)
    tries.note()
    tries.note()
    wall.now += 7.0
    assert WrongTries(tmp_path / FILE_NAME, wall).read() == Tries(2, 7.0)
    tries.forget()
    assert tries.read() == Tries()


def test_a_clock_that_is_set_back_does_not_end_the_wait(tmp_path: Path) -> None:
    wall = Wall()
    tries = WrongTries(tmp_path / FILE_NAME, wall)
    tries.note()
    wall.now = 3.0
    assert tries.read() == Tries(1, 0.0)


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
    tries = WrongTries(tmp_path / FILE_NAME, Wall())
    tries.note()
    assert (tmp_path / FILE_NAME).read_bytes() == b'{"wrong": 1, "at": 1000.0}'


YEAR_S = 365 * 86_400.0


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(leaps=st.lists(st.floats(-10 * YEAR_S, 10 * YEAR_S) | st.floats(0, 100), max_size=12))
def test_whatever_the_clock_does_no_wrong_try_is_forgotten_and_nobody_waits_for_years(
    leaps: list[float], tmp_path: Path
) -> None:
    (tmp_path / FILE_NAME).unlink(missing_ok=True)
    wall = Wall()
    tries = WrongTries(tmp_path / FILE_NAME, wall)
    for number, leap in enumerate(leaps, start=1):
        tries.note()
        wall.now += leap
        told = WrongTries(tmp_path / FILE_NAME, wall).read()
        # What is waited for is a delay that depends on the count, less ``ago_s``: never more.
        assert told.wrong == number
        assert told.ago_s == max(leap, 0.0) or abs(told.ago_s - max(leap, 0.0)) < 1e-3
