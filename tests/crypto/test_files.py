"""The real folder and the simulated disk keep the same promises; the real one is owner-only."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.crypto.errors import VaultUnreachable
from desktop.crypto.files import FolderFiles, VaultFiles, write_atomic
from desktop.crypto.kdf import FLOOR
from desktop.crypto.vault import create_vault, open_vault
from tests.crypto.conftest import CLAIRE_SAYS
from tests.crypto.doubles import Disk, SeededRandom

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")


@pytest.fixture(params=["folder", "simulated"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> VaultFiles:
    """Return each kind of folder in turn."""
    return FolderFiles(tmp_path / "coffre") if request.param == "folder" else Disk()


@pytest.fixture
def careless_umask() -> Iterator[None]:
    """Let everybody read everything, as some machines do."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_what_was_written_is_read_back(files: VaultFiles) -> None:
    write_atomic(files, "coffre.hdr", b"un")
    write_atomic(files, "coffre.hdr", b"deux")
    assert files.read("coffre.hdr", 100) == b"deux"
    assert files.read("coffre.hdr.tmp", 100) is None


def test_a_file_longer_than_expected_shows_as_one_byte_too_long(files: VaultFiles) -> None:
    write_atomic(files, "coffre.hdr", bytes(1000))
    assert files.read("coffre.hdr", 10) == bytes(11)


def test_a_removed_file_is_gone_and_removing_it_twice_is_no_trouble(files: VaultFiles) -> None:
    write_atomic(files, "coffre.hdr", b"un")
    files.remove("coffre.hdr")
    files.remove("coffre.hdr")
    assert files.read("coffre.hdr", 100) is None


def test_a_vault_on_a_real_folder_opens_after_it_was_made(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path / "coffre")
    vault, _ = create_vault(files, CLAIRE_SAYS, SeededRandom("dossier"), FLOOR)
    assert open_vault(files, CLAIRE_SAYS).vault_id == vault.vault_id
    assert sorted(p.name for p in (tmp_path / "coffre").iterdir()) == [
        "coffre.hdr",
        "coffre.hdr.bak",
    ]


@posix_only
@pytest.mark.usefixtures("careless_umask")
def test_only_the_owner_can_read_the_header_whatever_the_umask(tmp_path: Path) -> None:
    folder = tmp_path / "coffre"
    folder.mkdir(mode=0o777)
    write_atomic(FolderFiles(folder), "coffre.hdr", b"un")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "coffre.hdr").stat().st_mode) == 0o600


@posix_only
def test_a_link_laid_in_the_way_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "ailleurs"
    elsewhere.write_bytes(b"intact")
    folder = tmp_path / "coffre"
    folder.mkdir()
    (folder / "coffre.hdr.tmp").symlink_to(elsewhere)
    write_atomic(FolderFiles(folder), "coffre.hdr", b"un")
    assert elsewhere.read_bytes() == b"intact"


def test_a_disk_that_refuses_says_why_without_a_path(tmp_path: Path) -> None:
    (tmp_path / "coffre").write_bytes(b"a file where the folder should be")
    with pytest.raises(VaultUnreachable) as refused:
        write_atomic(FolderFiles(tmp_path / "coffre"), "coffre.hdr", b"un")
    assert refused.value.errno is not None
    assert "coffre" not in str(refused.value)
