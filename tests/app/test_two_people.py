"""Two people on one laptop see nothing of each other, not even names."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.application import Application
from desktop.config.clock import SystemClock
from desktop.config.folders import Folders, folders
from desktop.config.policy import Policy
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.services.errors import WrongPassphrase
from desktop.ui.lock import LockView
from protocol.kinds.people import Job
from tests.support.fleet import PASSPHRASE, access, enrolled
from tests.support.laptop import seed_small
from tests.support.office import Office, office, premises

__all__ = ["office", "premises"]

MEHDIS = "une autre phrase que Claire ne connait pas du tout"


@pytest.fixture
def claires(office: Office, tmp_path: Path) -> Folders:
    """Claire's folders, with a vault full of names."""
    made = Folders(tmp_path / "claire" / "vault", tmp_path / "claire" / "settings")
    made.make()
    laptop = enrolled(office, made.vault, "Claire Vrombissant", Job.PSYCHOLOGIST)
    seed_small(laptop.desk)
    laptop.close()
    return made


@pytest.fixture
def mehdis(tmp_path: Path) -> Folders:
    """Mehdi's folders on the same laptop, with a vault of his own."""
    made = Folders(tmp_path / "mehdi" / "vault", tmp_path / "mehdi" / "settings")
    made.make()
    unlocked, recovery = access(made.vault).create(MEHDIS)
    access(made.vault).confirm_recovery_key(unlocked, " ".join(recovery.words()))
    unlocked.close()
    return made


def test_mehdis_lock_tells_nothing_of_claire(
    claires: Folders, mehdis: Folders, qtbot: QtBot
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    clock, random = SystemClock(), SystemRandom()
    application = Application(app, mehdis, Policy(), clock, random, FLOOR)
    application.start()
    try:
        window = application.window
        assert isinstance(window, LockView)
        told = " ".join(
            f"{w.property('text')} {w.accessibleName()} {w.toolTip()} {w.windowTitle()}"
            for w in [window, *window.findChildren(QWidget)]
        )
        for name in ("Claire", "Vrombissant", "Mehdi", "Morisset", str(claires.vault)):
            assert name not in told
    finally:
        application.close()


def test_neither_passphrase_opens_the_others_vault(claires: Folders, mehdis: Folders) -> None:
    with pytest.raises(WrongPassphrase):
        access(mehdis.vault).open(PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        access(claires.vault).open(MEHDIS)


def test_a_database_carried_into_the_others_vault_does_not_open(
    claires: Folders, mehdis: Folders
) -> None:
    mehdis.database.write_bytes(claires.database.read_bytes())
    with pytest.raises(Exception) as refused:  # noqa: PT011 - whichever of the store's refusals
        access(mehdis.vault).open(MEHDIS).close()
    assert "Morisset" not in str(refused.value)


def test_nothing_of_one_lies_in_the_folders_of_the_other(claires: Folders, mehdis: Folders) -> None:
    for folder in (mehdis.vault, mehdis.settings):
        for path in folder.rglob("*"):
            held = bytes(path) + (path.read_bytes() if path.is_file() else b"")
            for name in ("Vrombissant", "Morisset"):
                assert name.encode() not in held


@pytest.mark.skipif(sys.platform == "win32", reason="another user of a POSIX system")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="becomes another user")
def test_another_user_of_the_system_reads_nothing_not_even_a_name(
    claires: Folders, tmp_path: Path
) -> None:
    for above in (tmp_path, *tmp_path.parents[:3], claires.vault.parent):
        above.chmod(above.stat().st_mode | 0o011)  # the way to the folder is everybody's
    (claires.vault / "coffre.db").chmod(0o644)  # even if a file were left open
    script = "import os, sys; os.setgid(65534); os.setuid(65534); print(os.listdir(sys.argv[1]))"
    for folder in (claires.vault, claires.settings):
        done = subprocess.run(
            [sys.executable, "-I", "-c", script, str(folder)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert "PermissionError" in done.stderr
        assert done.stdout == ""


def test_each_session_of_the_system_has_folders_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = []
    for who in ("claire", "mehdi"):
        for name in ("HOME", "LOCALAPPDATA", "APPDATA", "USERPROFILE"):
            monkeypatch.setenv(name, str(tmp_path / who))
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "COFFRE_HOME"):
            monkeypatch.delenv(name, raising=False)
        seen.append(folders())
    if sys.platform != "win32":  # there the system itself is asked, and not the environment
        assert seen[0].vault != seen[1].vault
        assert seen[0].settings != seen[1].settings
        assert tmp_path / "claire" in seen[0].vault.parents
