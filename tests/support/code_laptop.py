"""A laptop where a short code was chosen a moment ago, and the keyring beside it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop.crypto.files import FolderFiles
from desktop.crypto.kdf import FLOOR, KdfParams
from desktop.crypto.quick_slot import FILE_NAME
from desktop.crypto.secret import Secret
from desktop.services.quick_unlock import QuickUnlock, choice_in
from desktop.services.vault_access import Unlocked, VaultAccess, VaultPlace
from tests.support.file_keyring import FileKeyring
from tests.support.laptop import SeededRandom, TurnedClock
from tests.support.newcomer import CLAIRE_SAYS

CODE, OTHER = "482917", "739105"


Slow = Callable[[Secret, bytes, KdfParams], Secret]


def at_once(code: Secret, salt: bytes, params: KdfParams) -> Secret:
    """What Argon2id does, without its cost; one test below goes by the real one."""
    return Secret(hashlib.sha256(code.reveal() + salt).digest())


@dataclass
class Laptop:
    """Claire's vault, her keyring, her clock."""

    folder: Path
    clock: TurnedClock
    keyring: FileKeyring
    is_allowed: bool = True
    unlocked: Unlocked | None = None
    slow: Slow = at_once
    random: SeededRandom = field(default_factory=lambda: SeededRandom(11))

    @property
    def place(self) -> VaultPlace:
        return VaultPlace(
            FolderFiles(self.folder), self.folder / "coffre.db", self.folder / "coffre.lock"
        )

    @property
    def access(self) -> VaultAccess:
        return VaultAccess(self.place, SeededRandom(7), FLOOR, self.clock)

    @property
    def quick(self) -> QuickUnlock:
        """A process that knows nothing: what it knows is on the disk and in the keyring."""
        place = self.place
        return QuickUnlock(
            place.files,
            place.lock,
            self.keyring,
            self.clock,
            self.random,
            FLOOR,
            is_allowed=self.is_allowed,
            slow=self.slow,
        )

    @property
    def file(self) -> Path:
        return self.folder / FILE_NAME

    @property
    def opened(self) -> Unlocked:
        assert self.unlocked is not None
        return self.unlocked

    def lock(self) -> None:
        self.opened.close()
        self.unlocked = None

    def with_phrase(self, phrase: str = CLAIRE_SAYS) -> None:
        """Open with the passphrase, and begin new hours as the program does."""
        self.unlocked = self.access.open(phrase)
        sealed = self.quick.renew(self.opened.vault, self.opened.store)
        if sealed is not None:
            self.quick.put(sealed)
            self.quick.confirm(sealed, self.opened.store, is_new=False)

    def with_code(self, code: str = CODE) -> None:
        self.unlocked = self.access.open_with_code(self.quick, code)

    def choose(self, code: str = CODE, hours: int = 4) -> None:
        sealed = self.quick.choose(self.opened.vault, code, CLAIRE_SAYS, hours)
        self.quick.put(sealed)
        self.quick.confirm(sealed, self.opened.store, is_new=True)

    @property
    def chose(self) -> bool:
        return choice_in(self.opened.store) is not None


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """See ``prepared``."""
    return prepared(tmp_path_factory.mktemp("chosen"))


def prepared(folder: Path) -> Path:
    """Return a vault that is locked, a code chosen a moment ago, and the keyring beside."""
    made = Laptop(folder / "vault", TurnedClock(), FileKeyring(folder / "keyring"))
    made.unlocked, recovery = made.access.create(CLAIRE_SAYS)
    made.access.confirm_recovery_key(made.opened, " ".join(recovery.words()))
    made.choose()
    made.lock()
    return folder


@pytest.fixture
def laptop(chosen: Path, tmp_path: Path) -> Iterator[Laptop]:
    """The same, for one test."""
    shutil.copytree(chosen, tmp_path / "home")
    home = tmp_path / "home"
    laptop = Laptop(home / "vault", TurnedClock(), FileKeyring(home / "keyring"))
    yield laptop
    if laptop.unlocked is not None:
        laptop.unlocked.close()
