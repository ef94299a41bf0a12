"""The laptop's memory as one object: opened, migrated, handed to the services and the sync."""

from pathlib import Path

from desktop.store.archive import Archive
from desktop.store.copying import path_of
from desktop.store.database import EncryptedDatabase, create_database, open_database
from desktop.store.departures import Departures
from desktop.store.journal import Journal
from desktop.store.keyring import Keyring
from desktop.store.known_identities import KnownIdentities
from desktop.store.lacking_there import LackingThere
from desktop.store.migrations import HISTORY, History, migrate
from desktop.store.outbox import Outbox
from desktop.store.person_index import PersonIndex
from desktop.store.pieces import PieceStore
from desktop.store.proof import Proof
from desktop.store.records import Records
from desktop.store.replica import Replica
from desktop.store.sealed_texts import SealedTexts
from desktop.store.set_aside import SetAside
from desktop.store.snapshot_folder import FOLDER, SnapshotFolder
from desktop.store.state import State
from desktop.store.unknown import UnknownRecords
from desktop.store.upgrade import Progress, forget_former, prepare, settle


class Store:
    """An open vault's memory; used from one thread, closed once."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self.database = database
        self.path = path_of(database)
        self.snapshots = SnapshotFolder(self.path.parent / FOLDER)
        self.texts = SealedTexts(database)
        self.records = Records(database, self.texts)
        self.state = State(database)
        self.outbox = Outbox(database, self.records, self.state)
        self.archive = Archive(database, self.state)
        self.proof = Proof(database, self.records)
        self.set_aside = SetAside(database, self.records, self.outbox)
        self.persons = PersonIndex(database)
        self.journal = Journal(database)
        self.keyring = Keyring(database)
        self.pieces = PieceStore(database)
        self.known_identities = KnownIdentities(database)
        unknown = UnknownRecords(database)
        self.departures = Departures(
            database,
            self.records,
            self.outbox,
            self.archive,
            self.persons,
            unknown,
            self.proof,
            self.set_aside,
            self.pieces,
            self.texts,
        )
        self.lacking = LackingThere(database, self.records, self.outbox)
        self.replica = Replica(
            self.records,
            self.outbox,
            self.state,
            self.persons,
            unknown,
            self.archive,
            self.proof,
            self.set_aside,
            self.departures,
            self.known_identities,
            self.texts,
            self.lacking,
        )

    @classmethod
    def create(cls, path: Path, key_hex: str) -> "Store":
        """Make a new encrypted store; raise ``DiskFull``, ``ReadOnlyStore``."""
        return cls._migrated(create_database(path, key_hex))

    @classmethod
    def open(
        cls,
        path: Path,
        key_hex: str,
        history: History = HISTORY,
        on_progress: Progress = lambda done: None,
    ) -> "Store":
        """Open the store; raise ``DamagedStore``, ``NewerStore``, ``InterruptedCreation``…

        One of an earlier version is brought to this one first, which ``on_progress`` is told.
        """
        is_upgraded = prepare(path, key_hex, history, on_progress=on_progress)
        store = cls._migrated(open_database(path, key_hex), history)
        if not is_upgraded:
            settle(path, key_hex, store.database)
        return store

    @classmethod
    def _migrated(cls, database: EncryptedDatabase, history: History = HISTORY) -> "Store":
        try:
            migrate(database, history)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def forget_former(self) -> None:
        """Remove what the store was before its last upgrade: it holds what was erased since."""
        forget_former(self.path)

    def close(self) -> None:
        """Empty the side file into the database and close; safe to call twice."""
        self.database.close()
