"""Files that lie beside the vault, or that IT lays: whoever uses the laptop may have written them.

Each gives what it says, or what holds without it; none is a reason not to start.
"""

import tempfile
from pathlib import Path

from desktop.config.policy import Policy, read_policy
from desktop.config.preferences import (
    LARGEST_TEXT,
    LONGEST_LOCK_MIN,
    SHORTEST_LOCK_MIN,
    SMALLEST_TEXT,
    PreferencesFile,
)
from desktop.config.tries import WrongTries
from desktop.crypto.files import FolderFiles
from desktop.crypto.left_in_keyring import LEFT, left_in_keyring, note_left
from desktop.crypto.withdrawal import MARKER, Withdrawal, order_withdrawal, ordered_withdrawal

_VAULT = bytes(range(16))

POLICY = b"""server = "https://coffre.example"
authority = "autorite.pem"
trust_store = "authority"
quick_unlock = true
"""
PREFERENCES = b'{"appearance": "dark", "text_percent": 150, "lock_after_min": 5}'
LEFT_IN_KEYRING = b'["000102030405060708090a0b0c0d0e0f"]'
TRIES = b'{"wrong": 3, "at": 12.5}'


def read_policy_file(content: bytes) -> None:
    """What IT lays: a short code is allowed by what says so, and by nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.toml"
        path.write_bytes(content)
        read = read_policy(path)
    if read.problem is not None:
        assert read == Policy(problem="unreadable")
    assert not read.quick_unlock or b"quick_unlock" in content or b"\\" in content
    assert read.escrow is None or len(read.escrow) == 64


def read_preferences(content: bytes) -> None:
    """How somebody likes Coffre."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "preferences.json"
        path.write_bytes(content)
        read = PreferencesFile(path).read()
    assert read.text_percent is None or SMALLEST_TEXT <= read.text_percent <= LARGEST_TEXT
    assert SHORTEST_LOCK_MIN <= read.lock_after_min <= LONGEST_LOCK_MIN


def read_tries(content: bytes) -> None:
    """The count of wrong passphrases; one more can always be counted."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coffre.tries"
        path.write_bytes(content)
        tries = WrongTries(path, uptime=lambda: 20.0)
        read = tries.read()
        assert read.wrong >= 0
        assert read.ago_s >= 0
        tries.note()
        assert tries.read().wrong > 0


def read_withdrawal(content: bytes) -> None:
    """The order to destroy a vault, which names it."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / MARKER).write_bytes(content)
        read = ordered_withdrawal(FolderFiles(Path(folder)))
    assert read is not None  # without a header there is nothing else to lose
    assert isinstance(read.vault_id, bytes)


def read_left_in_keyring(content: bytes) -> None:
    """Vaults that the keyring is to be asked about; one more can always be noted."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / LEFT).write_bytes(content)
        files = FolderFiles(Path(folder))
        assert all(len(vault) == 16 for vault in left_in_keyring(files))
        note_left(files, _VAULT)
        assert _VAULT in left_in_keyring(files)


def withdrawal() -> bytes:
    """An order, as it is written."""
    with tempfile.TemporaryDirectory() as folder:
        order_withdrawal(FolderFiles(Path(folder)), Withdrawal(_VAULT, 3))
        return (Path(folder) / MARKER).read_bytes()
