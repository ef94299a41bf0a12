"""Where Coffre keeps things: one vault for each session of the computer, closed to the others."""

import sys
from pathlib import Path

import pytest

from desktop.config.folders import HOME_VARIABLE, Folders, folders

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")


def test_everything_is_under_the_folder_one_chose(tmp_path: Path) -> None:
    chosen = folders(tmp_path)
    assert chosen == Folders(tmp_path / "vault", tmp_path / "settings")
    assert {chosen.database.parent, chosen.lock.parent} == {chosen.vault}


def test_a_variable_serves_when_nothing_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "essai"))
    assert folders() == folders(tmp_path / "essai")
    assert folders(tmp_path).vault == tmp_path / "vault"


def test_an_empty_variable_is_no_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME_VARIABLE, "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    usual = folders()
    assert usual.vault != Path("vault")
    assert usual.vault.is_absolute()
    assert usual.vault not in (usual.settings, usual.settings.parent)


@posix_only
def test_the_folders_are_their_owners_alone(tmp_path: Path) -> None:
    made = folders(tmp_path / "coffre")
    made.make()
    assert [path.stat().st_mode & 0o077 for path in (made.vault, made.settings)] == [0, 0]
    made.make()


@pytest.mark.parametrize("name", ["coffre.hdr", "coffre.hdr2", "coffre.hdr.tmp"])
def test_half_a_header_is_not_taken_for_a_first_run(tmp_path: Path, name: str) -> None:
    made = folders(tmp_path)
    made.make()
    assert not made.hold_a_vault
    (made.vault / "coffre.db").write_bytes(b"")
    assert not made.hold_a_vault
    (made.vault / name).write_bytes(b"")
    assert made.hold_a_vault


def test_a_file_where_a_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "vault").write_bytes(b"")
    with pytest.raises(OSError, match="vault"):
        folders(tmp_path).make()


@posix_only
def test_a_vault_folder_found_open_to_others_is_closed_to_them(tmp_path: Path) -> None:
    made = folders(tmp_path)
    made.vault.mkdir()
    made.vault.chmod(0o777)
    made.make()
    assert made.vault.stat().st_mode & 0o777 == 0o700
