"""A keyring that hangs is waited for once, for as long as was said."""

import threading
import time
from pathlib import Path

import pytest

from desktop.app.patience import PatientKeyring
from desktop.config.system_keyring import KeyringSilent
from tests.support.file_keyring import FileKeyring


def test_it_says_what_the_keyring_says(tmp_path: Path) -> None:
    patient = PatientKeyring(FileKeyring(tmp_path / "keyring"), 5.0)
    patient.look()
    patient.write("a", "kept")
    assert patient.read("a") == "kept"
    patient.delete("a")
    assert patient.read("a") is None


def test_one_that_hangs_is_asked_nothing_more_until_it_answers(tmp_path: Path) -> None:
    slow = FileKeyring(tmp_path / "keyring", hangs=threading.Event())
    patient = PatientKeyring(slow, 0.05)
    begun = time.monotonic()
    for _ in range(5):
        with pytest.raises(KeyringSilent):
            patient.read("a")
    assert time.monotonic() - begun < 2
    assert slow.asked == ["read"]
    assert slow.hangs is not None
    slow.hangs.set()
    assert patient._hanging is not None
    patient._hanging.join(5)
    assert patient.read("a") is None
