"""Whatever is tried, put back, deleted or set to another hour: never beyond the bounds.

An oracle counts what a thief at the keyboard may have: five tries for each passphrase, within the
hours. He turns the clock, takes pictures of the file beside the vault and of the keyring, and puts
back one of them at a time; both at once is to have read the keyring (decision 0019).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from desktop.config.system_keyring import KeyringSilent
from desktop.crypto.errors import QuickUnlockOver, WrongCode
from desktop.crypto.files import FolderFiles
from desktop.crypto.quick_slot import BACK_MS, FILE_NAME, MOST_TRIES
from desktop.crypto.vault import OpenVault, open_vault
from desktop.services.quick_unlock import QuickUnlock
from tests.support.code_laptop import CODE, OTHER, Laptop, prepared
from tests.support.file_keyring import FileKeyring
from tests.support.laptop import SeededRandom, TurnedClock
from tests.support.newcomer import CLAIRE_SAYS

EXAMPLES = int(os.environ.get("COFFRE_EXAMPLES", "8"))
HOURS = 4
"""As chosen by ``prepared``."""


class Thief(RuleBasedStateMachine):
    """He knows everything but the code, the passphrase and what the keyring says."""

    template: Path
    vault: OpenVault

    def __init__(self) -> None:
        super().__init__()
        self._root = Path(tempfile.mkdtemp())
        shutil.copytree(self.template, self._root / "home")
        home = self._root / "home"
        self.laptop = Laptop(home / "vault", TurnedClock(), FileKeyring(home / "keyring"))
        self.laptop.random = SeededRandom(99)
        self.begun = self.latest = self.laptop.clock.now()
        self.wrong = 0
        self.files: list[bytes | None] = []
        self.rings: list[bytes | None] = []
        self.put_back_file = self.put_back_ring = False

    def teardown(self) -> None:
        shutil.rmtree(self._root)

    @property
    def quick(self) -> QuickUnlock:
        return self.laptop.quick

    def may_open(self) -> bool:
        """What the oracle allows at most."""
        now, seconds = self.laptop.clock.now(), BACK_MS / 1000
        hours = (now - self.begun).total_seconds() / 3600
        is_back = (self.latest - now).total_seconds() > seconds
        return self.wrong < MOST_TRIES and hours < HOURS and not is_back

    def attempt(self, code: str) -> None:
        allowed = self.may_open()
        try:
            opened = self.quick.open(code)
        except WrongCode:
            assert allowed
            assert code == OTHER
            self.wrong += 1
            self.latest = max(self.latest, self.laptop.clock.now())
        except QuickUnlockOver:
            if code == OTHER and allowed:
                self.wrong += 1
        except KeyringSilent:
            assert self.laptop.keyring.is_gone or self.laptop.keyring.refuses_writes
        else:
            assert allowed
            assert code == CODE
            assert opened.vault_id == self.vault.vault_id
            self.wrong = 0
            self.latest = max(self.latest, self.laptop.clock.now())

    @rule()
    def try_the_right_code(self) -> None:
        self.attempt(CODE)

    @rule(times=st.integers(1, 3))
    def try_another(self, times: int) -> None:
        for _ in range(times):
            self.attempt(OTHER)

    @rule(minutes=st.sampled_from([1, 30, 90, 300, -1, -30, -600]))
    def turn_the_clock(self, minutes: int) -> None:
        self.laptop.clock.advance(minutes=minutes)

    @rule()
    def look(self) -> None:
        try:
            self.quick.tidy()
        except KeyringSilent:
            assert self.laptop.keyring.is_gone

    @rule()
    def take_pictures(self) -> None:
        path = self.laptop.file
        self.files.append(path.read_bytes() if path.exists() else None)
        self.rings.append(self.laptop.keyring.picture())

    @precondition(lambda self: self.files and not self.put_back_ring)
    @rule(which=st.integers(0, 3))
    def put_the_file_back(self, which: int) -> None:
        content = self.files[which % len(self.files)]
        self.put_back_file = True
        if content is None:
            self.laptop.file.unlink(missing_ok=True)
        else:
            self.laptop.file.write_bytes(content)

    @precondition(lambda self: self.rings and not self.put_back_file)
    @rule(which=st.integers(0, 3))
    def put_the_keyring_back(self, which: int) -> None:
        self.put_back_ring = True
        self.laptop.keyring.put_back(self.rings[which % len(self.rings)])

    @precondition(lambda self: not self.put_back_ring)
    @rule(times=st.integers(2, 6))
    def put_the_file_back_after_each_try(self, times: int) -> None:
        self.put_back_file = True
        before = self.laptop.file.read_bytes() if self.laptop.file.exists() else b""
        for _ in range(times):
            self.attempt(OTHER)
            self.laptop.file.write_bytes(before)

    @precondition(lambda self: not self.put_back_file)
    @rule(times=st.integers(2, 6))
    def put_the_keyring_back_after_each_try(self, times: int) -> None:
        self.put_back_ring = True
        before = self.laptop.keyring.picture()
        for _ in range(times):
            self.attempt(OTHER)
            self.laptop.keyring.put_back(before)

    @rule()
    def delete_the_entry(self) -> None:
        self.laptop.keyring.put_back(None)

    @rule(gone=st.booleans(), deaf=st.booleans())
    def the_keyring_comes_and_goes(self, gone: bool, deaf: bool) -> None:
        self.laptop.keyring.is_gone, self.laptop.keyring.refuses_writes = gone, deaf

    @rule()
    def cut_a_temporary_file(self) -> None:
        (self.laptop.folder / f"{FILE_NAME}.tmp").write_bytes(b"COFFREQ\n")

    @rule()
    def she_types_the_passphrase(self) -> None:
        """New hours, a new secret: whatever was pictured before is worth nothing."""
        sealed = self.quick.choose(self.vault, CODE, CLAIRE_SAYS, HOURS)
        self.laptop.keyring.is_gone = self.laptop.keyring.refuses_writes = False
        self.quick.put(sealed)
        self.begun = self.latest = self.laptop.clock.now()
        self.wrong = 0
        self.put_back_file = self.put_back_ring = False

    @invariant()
    def the_passphrase_would_open(self) -> None:
        assert (self.laptop.folder / "coffre.hdr").read_bytes() == (
            self.template / "vault" / "coffre.hdr"
        ).read_bytes()


def test_no_thief_goes_beyond_five_tries_and_four_hours(tmp_path: Path) -> None:
    Thief.template = prepared(tmp_path / "chosen")
    Thief.vault = open_vault(FolderFiles(Thief.template / "vault"), CLAIRE_SAYS)
    machine = Thief.TestCase
    machine.settings = settings(max_examples=EXAMPLES, stateful_step_count=25, deadline=None)
    machine().runTest()
