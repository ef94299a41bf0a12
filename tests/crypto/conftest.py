"""Claire's vault, made with the lightest parameters allowed so that tests stay quick."""

import pytest

from desktop.crypto.kdf import FLOOR
from desktop.crypto.recovery import RecoveryKey
from desktop.crypto.vault import OpenVault, create_vault
from tests.crypto.doubles import Disk, SeededRandom

CLAIRE_SAYS = "trois moineaux gris boivent au lavoir de Melle"
CLAIRE_WILL_SAY = "quatre hérons dorment sous le pont de Parthenay"


@pytest.fixture(scope="session")
def claires_contents() -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return Claire's two header files and her recovery words, made once for all tests."""
    disk = Disk()
    _, recovery_key = create_vault(disk, CLAIRE_SAYS, SeededRandom("claire"), FLOOR)
    return disk.contents(), recovery_key.words()


@pytest.fixture
def disk(claires_contents: tuple[dict[str, bytes], tuple[str, ...]]) -> Disk:
    """Return a disk of one's own with Claire's vault on it."""
    return Disk.holding(claires_contents[0])


@pytest.fixture
def words(claires_contents: tuple[dict[str, bytes], tuple[str, ...]]) -> str:
    """Return Claire's recovery words as typed in one line."""
    return " ".join(claires_contents[1])


@pytest.fixture
def new_vault() -> tuple[Disk, OpenVault, RecoveryKey]:
    """Return a vault that was just created, still open."""
    disk = Disk()
    vault, recovery_key = create_vault(disk, CLAIRE_SAYS, SeededRandom("neuf"), FLOOR)
    return disk, vault, recovery_key
