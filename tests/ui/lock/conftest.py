"""A locked laptop: Claire's real vault behind its door."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.app.door import VaultDoor
from desktop.ui.lock.viewmodel import LockViewModel
from tests.support.inline_background import InlineBackground
from tests.support.newcomer import CLAIRE_SAYS, vault_access


@dataclass
class Steady:
    """A steady clock turned by hand."""

    at: float = 100.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Locked:
    """The vault's folder and what its paper says."""

    folder: Path
    door: VaultDoor
    words: tuple[str, ...]


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Locked]:
    access = vault_access(tmp_path)
    unlocked, recovery = access.create(CLAIRE_SAYS)
    access.confirm_recovery_key(unlocked, " ".join(recovery.words()))
    unlocked.close()
    door = VaultDoor(lambda: access)
    yield Locked(tmp_path, door, recovery.words())
    try:
        door.take().close()
    except LookupError:
        return


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def lock(
    qapp: object, locked: Locked, background: InlineBackground, steady: Steady
) -> LockViewModel:
    return LockViewModel(background, locked.door, steady)
