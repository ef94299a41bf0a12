"""What an open vault needs to keep copies of itself and to give back from them."""

from dataclasses import dataclass

from desktop.app.session import Session
from desktop.crypto.kdf import DEFAULT, KdfParams
from desktop.services.restoring import Restoring
from desktop.services.snapshots import Snapshots
from desktop.services.vault_file import VaultExport


@dataclass(frozen=True, slots=True)
class Backups:
    """Copies, and what they give back."""

    snapshots: Snapshots
    restoring: Restoring

    def close(self) -> None:
        """Stop reading the store: the vault is about to be closed."""
        self.snapshots.close()


def backups_of(session: Session) -> Backups:
    """Build them for an unlocked laptop."""
    vault, workplace, services = session.unlocked.vault, session.workplace, session.services
    snapshots = Snapshots(workplace.store, vault, workplace.clock)
    restoring = Restoring(workplace, services.directory, services.notes, vault, snapshots)
    return Backups(snapshots, restoring)


def exporter_of(session: Session, params: KdfParams = DEFAULT) -> VaultExport:
    """Build what puts the whole vault in a file; ``params`` is how costly its key is."""
    vault, workplace = session.unlocked.vault, session.workplace
    snapshots = Snapshots(workplace.store, vault, workplace.clock)
    return VaultExport(workplace.store, vault, snapshots, workplace.clock, workplace.random, params)
