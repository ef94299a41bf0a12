"""What the computer does for what it holds, asked of a computer made here."""

import os
import sys
from pathlib import Path

import pytest

from desktop.config.safety import (
    Control,
    Standing,
    filevault,
    folder_is_closed,
    linux_disk,
    look_at_computer,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes and /sys")


def disk(tmp_path: Path, *layers: str) -> Path:
    """Make a /sys/dev/block in which the folder lies on these devices, from the top down."""
    number = tmp_path.stat().st_dev
    devices = tmp_path / "sys"
    (devices / "made").mkdir(parents=True)
    above = None
    for layer in layers:
        here = devices / "made" / layer
        (here / "slaves").mkdir(parents=True)
        if layer.startswith("CRYPT"):
            (here / "dm").mkdir()
            (here / "dm" / "uuid").write_text(f"{layer}-luks\n")
        if above is not None:
            (above / "slaves" / layer).symlink_to(here)
        else:
            (devices / f"{os.major(number)}:{os.minor(number)}").symlink_to(here)
        above = here
    return devices


@pytest.mark.parametrize(
    ("layers", "is_encrypted"),
    [
        (("CRYPT-LUKS2",), True),
        (("LVM", "CRYPT-LUKS2", "nvme0n1p3"), True),
        (("LVM", "nvme0n1p3"), False),
        (("sda1",), False),
    ],
)
def test_a_layer_of_encryption_is_seen_at_any_depth(
    tmp_path: Path, layers: tuple[str, ...], is_encrypted: bool
) -> None:
    mounts = tmp_path / "mounts"
    number = tmp_path.stat().st_dev
    mounts.write_text(f"1 2 {os.major(number)}:{os.minor(number)} / / rw - btrfs none rw\n")
    if os.major(number) == 0:
        pytest.skip("this folder lies on no device of its own")
    assert linux_disk(tmp_path, disk(tmp_path, *layers), mounts) is is_encrypted


def test_a_disk_that_says_nothing_is_unknown_and_not_well(tmp_path: Path) -> None:
    assert linux_disk(tmp_path, tmp_path / "no-sys", tmp_path / "no-mounts") is None


def test_what_macos_answers_is_read() -> None:
    assert filevault("FileVault is On.\n") is True
    assert filevault("FileVault is Off.\n") is False
    assert filevault("") is None


def test_a_folder_others_may_read_is_to_be_looked_at(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    vault.mkdir(mode=0o700)
    assert folder_is_closed(vault) is True
    vault.chmod(0o755)
    assert folder_is_closed(vault) is False


def test_the_delay_before_the_lock_is_told_with_its_minutes(tmp_path: Path) -> None:
    for minutes, standing in ((5, Standing.GOOD), (15, Standing.LOOK)):
        findings = {one.control: one for one in look_at_computer(tmp_path, minutes)}
        assert findings[Control.DELAY].standing is standing
        assert findings[Control.DELAY].number == minutes


@pytest.mark.parametrize(
    ("words", "standing"),
    [
        ('server = "https://bureau.example"', Standing.GOOD),
        ("server = 3", Standing.LOOK),
        ("quik_unlock = true", Standing.LOOK),
    ],
)
def test_a_policy_that_cannot_be_read_or_followed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, standing: Standing
) -> None:
    laid = tmp_path / "policy.toml"
    laid.write_text(words)
    monkeypatch.setenv("COFFRE_POLICY", str(laid))
    findings = {one.control: one for one in look_at_computer(tmp_path, 5)}
    assert findings[Control.POLICY].standing is standing
