"""A laptop remembers how its owner likes Coffre, and nothing about her."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.config.preferences import (
    Appearance,
    Preferences,
    PreferencesFile,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Coffre" / "preferences.json"


def put(file: Path, content: bytes) -> None:
    """Leave a file as somebody else would."""
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)


def test_what_claire_chose_is_there_the_next_morning(file: Path) -> None:
    chosen = Preferences(Appearance.DARK, text_percent=150, lock_after_min=10, starts_discreet=True)
    PreferencesFile(file).write(chosen)
    assert PreferencesFile(file).read() == chosen


def test_a_laptop_that_never_chose_follows_the_system_and_locks_after_five_minutes(
    file: Path,
) -> None:
    assert PreferencesFile(file).read() == Preferences(Appearance.SYSTEM, None, 5)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"null", b"\xff\xfe", b"[" * 9_999])
def test_a_damaged_file_gives_the_defaults(file: Path, content: bytes) -> None:
    put(file, content)
    assert PreferencesFile(file).read() == Preferences()


def test_one_absurd_value_does_not_spoil_the_others(file: Path) -> None:
    kept = {"appearance": "mauve", "text_percent": True, "lock_after_min": 10, "more": []}
    put(file, json.dumps(kept).encode())
    assert PreferencesFile(file).read() == Preferences(lock_after_min=10)


def test_a_vault_that_would_never_lock_locks_after_a_quarter_of_an_hour(file: Path) -> None:
    put(file, b'{"lock_after_min": 100000, "text_percent": 3}')
    assert PreferencesFile(file).read() == Preferences(text_percent=100, lock_after_min=15)


@given(st.binary(max_size=200))
def test_no_file_whatever_keeps_coffre_from_starting(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "preferences.json"
    path.write_bytes(content)
    found = PreferencesFile(path).read()
    assert 1 <= found.lock_after_min <= 15


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights on the folder")
def test_the_file_is_its_owners_alone(file: Path) -> None:
    PreferencesFile(file).write(Preferences())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_disk_that_refuses_leaves_the_former_choice(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    PreferencesFile(file).write(Preferences(lock_after_min=3))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        PreferencesFile(file).write(Preferences(lock_after_min=9))
    assert PreferencesFile(file).read().lock_after_min == 3
    assert [entry.name for entry in file.parent.iterdir()] == [file.name]


def test_what_an_earlier_cut_left_does_not_stop_anybody(file: Path) -> None:
    put(file, b"{}")
    file.with_name(f".{file.name}.new").write_bytes(b"half")
    PreferencesFile(file).write(Preferences(lock_after_min=7))
    assert PreferencesFile(file).read().lock_after_min == 7


def test_preferences_stay_out_of_the_vault_and_hold_four_habits(file: Path) -> None:
    PreferencesFile(file).write(Preferences())
    habits = {"appearance", "text_percent", "lock_after_min", "starts_discreet"}
    assert set(json.loads(file.read_bytes())) == habits
