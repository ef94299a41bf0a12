"""The whole vault in one encrypted file, to be put somewhere safe, and back on a clean machine.

Nothing lies in clear meanwhile: the copy that is read, the file, and what an import unfolds are
encrypted each under its key. A vault that comes back is a laptop restored from its disk: at its
first contact it goes on as a new device (``desktop.sync.renewal``).
"""

import json
import os
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from desktop.config.clock import Clock
from desktop.crypto.database_key import DatabaseKey
from desktop.crypto.errors import ExportBroken, PassphraseProblem, UnusablePassphrase
from desktop.crypto.export import ExportReader, ExportWriter, restore_header
from desktop.crypto.files import FolderFiles
from desktop.crypto.kdf import KdfParams
from desktop.crypto.passphrase import check_new_passphrase
from desktop.crypto.primitives import Purpose, derive
from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret
from desktop.crypto.strength import ADVISED_BITS, Estimator
from desktop.crypto.vault import OpenVault
from desktop.services.errors import NewerStore, VaultAlreadyExists
from desktop.services.quick_unlock import forget_choice
from desktop.services.snapshots import Snapshots
from desktop.services.vault_access import Found, Unlocked, VaultAccess, VaultPlace
from desktop.store.copying import check_room, copy_store, counted, reading, verify_copy
from desktop.store.database import from_system
from desktop.store.errors import BrokenSnapshot, CopyStopped
from desktop.store.incoming import INCOMING, finish_import, forget_incoming
from desktop.store.journal import JournalEntry
from desktop.store.migrations import VERSION
from desktop.store.store import Store
from desktop.store.upgrade import forget_former
from protocol.values import instant_from_wire, instant_to_wire

SUFFIX = ".coffre"
_LENGTH = struct.Struct(">I")
_MOST_MANIFEST = 64 * 1024
_AT_ONCE = 2**20
_COUNTED = ("person", "follow_up", "clinical_note", "appointment", "document")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an exported vault says it holds; only its own key lets it be read."""

    made_at: datetime
    version: int
    size: int
    counts: Mapping[str, int]
    """How many records of the main kinds."""


class VaultExport:
    """Exports an open vault; ``export`` is for the lane that copies."""

    def __init__(
        self,
        store: Store,
        vault: OpenVault,
        snapshots: Snapshots,
        clock: Clock,
        random: Random,
        params: KdfParams,
    ) -> None:
        self._store = store
        self._vault = vault
        self._snapshots = snapshots
        self._clock = clock
        self._random = random
        self._params = params

    def file_name(self) -> str:
        """Return a name that tells what the file is, and nobody's name."""
        return f"coffre-{self._clock.now():%Y-%m-%d}{SUFFIX}"

    def export(
        self, path: Path, passphrase: str, stop: Callable[[], bool] = lambda: False
    ) -> Manifest:
        """Write the vault as it is now to ``path``, whole or not at all, then read it back.

        Raises ``UnusablePassphrase`` below 80 bits, ``NoRoomForCopy``, ``CopyStopped``,
        ``OSError``.
        """
        check_strength(passphrase)
        check_room(self._store.path, self._store.path.parent)
        begun = self._store.snapshots.begin()
        key = self._vault.database_key()
        try:
            digits = key.hexadecimal()
            readers = self._snapshots.readers
            counts = copy_store(self._store.path, digits, begun.path, digits, stop, readers)
            verify_copy(begun.path, digits, counts)
            check_room(begun.path, path.parent)
            known = {name: counts[name] for name in _COUNTED if name in counts}
            size = begun.path.stat().st_size
            manifest = Manifest(self._clock.now(), VERSION, size, known)
            self._write(path, passphrase, manifest, begun.path, stop)
        finally:
            key.forget()
            self._store.snapshots.abandon()
        return manifest

    def close(self) -> None:
        """End what reads the store for a file, at once: the vault is about to be closed."""
        self._snapshots.close()

    def note_exported(self) -> None:
        """Write in the journal that the vault left in a file."""
        now = self._clock.now()
        with self._store.database.transaction():
            self._store.journal.add(JournalEntry(now, now, "exported", 0, 0, 0, 0, 0))

    def _write(
        self,
        path: Path,
        passphrase: str,
        manifest: Manifest,
        content: Path,
        stop: Callable[[], bool],
    ) -> None:
        draft = path.with_name(f".{path.name}.new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, _CREATE, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file, content.open("rb") as source:
                writer = ExportWriter(file, self._vault, passphrase, self._random, self._params)
                writer.write(_packed(manifest))
                while part := source.read(_AT_ONCE):
                    if stop() or self._snapshots.readers.is_closed:
                        raise CopyStopped
                    writer.write(part)
                writer.finish()
                file.flush()
                os.fsync(file.fileno())
            with draft.open("rb") as file:
                reader = ExportReader(file)
                for _ in reader.pieces(reader.open_with_passphrase(passphrase)):
                    pass  # each is checked
            draft.replace(path)
        except BaseException:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise


class VaultImport:
    """Brings an exported vault to a laptop that has none: looked at first, then taken."""

    def __init__(
        self, place: VaultPlace, access: VaultAccess, random: Random, params: KdfParams
    ) -> None:
        self._place = place
        self._access = access
        self._random = random
        self._params = params
        self._files = FolderFiles(place.database.parent)
        self._opened: tuple[ExportReader, Secret] | None = None

    def look(self, path: Path, *, passphrase: str = "", words: str = "") -> Manifest:
        """Read a file from end to end and tell what it holds; nothing becomes a vault yet.

        Raises ``WrongPassphrase``, ``WrongRecoveryKey``, ``ExportBroken``, ``NewerStore``,
        ``VaultAlreadyExists``, ``NoRoomForCopy``, ``OSError``.
        """
        self.forget()
        if self._access.look() is not Found.NOTHING:
            raise VaultAlreadyExists
        with path.open("rb") as file:
            reader = ExportReader(file)
            by_paper, by_phrase = reader.open_with_paper, reader.open_with_passphrase
            key = by_paper(words) if words else by_phrase(passphrase)
            folder = self._place.database.parent
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            check_room(path, folder)
            manifest = self._unfold(reader, key)
        if manifest.version > VERSION:
            self.forget()
            raise NewerStore
        self._check(reader, key, manifest)
        self._opened = (reader, key)
        return manifest

    def take(self, passphrase: str) -> Unlocked:
        """Make what was looked at the vault of this laptop, under a new passphrase, and open it."""
        if self._opened is None:
            raise LookupError("nothing was looked at")
        reader, key = self._opened
        check_new_passphrase(passphrase)
        self._mark(reader, key)
        self._files.sync(INCOMING)
        self._files.sync_folder()
        # From here on there is a vault; what is left to do, the next opening would do as well.
        restore_header(
            self._place.files, reader.header, key, passphrase, self._random, self._params
        )
        finish_import(self._place.database)
        self._opened = None
        key.forget()
        return self._access.open(passphrase)

    def forget(self) -> None:
        """Remove what was unfolded and not taken."""
        if self._opened is not None:
            self._opened[1].forget()
            self._opened = None
        if self._access.look() is Found.NOTHING:
            forget_incoming(self._place.database.parent)

    @property
    def _incoming(self) -> Path:
        return self._place.database.with_name(INCOMING)

    def _unfold(self, reader: ExportReader, key: Secret) -> Manifest:
        content = _Content(reader.pieces(key))
        try:
            manifest = _read_manifest(content)
            with _private(self._incoming) as target:
                written = 0
                while part := content.take(_AT_ONCE):
                    written += len(part)
                    if written > manifest.size:
                        raise ExportBroken
                    target.write(part)
            if written != manifest.size:
                raise ExportBroken
        except BaseException:
            self.forget()
            raise
        return manifest

    def _check(self, reader: ExportReader, key: Secret, manifest: Manifest) -> None:
        digits = _database_key(reader, key)
        try:
            verify_copy(self._incoming, digits)
            with reading(self._incoming, digits) as copy:
                counts = counted(copy)
            if any(counts.get(name) != count for name, count in manifest.counts.items()):
                raise BrokenSnapshot
        except BrokenSnapshot:
            self.forget()
            raise ExportBroken from None

    def _mark(self, reader: ExportReader, key: Secret) -> None:
        store = Store.open(self._incoming, _database_key(reader, key))
        try:
            with store.database.transaction():
                store.state.set_imported(imported=True)
            store.database.recount(0)  # this laptop has seen none of those commits
            forget_choice(store)  # a code was chosen for another laptop
        finally:
            store.close()
        forget_former(self._incoming)  # nobody will open it: the file is there still


def check_strength(passphrase: str) -> None:
    """Raise ``UnusablePassphrase`` below 80 bits: the file may be guessed at for years."""
    if Estimator().estimate(passphrase).bits < ADVISED_BITS:
        raise UnusablePassphrase(PassphraseProblem.TOO_EASY)


class _Content:
    """Pieces of any length, taken in lengths that are asked for; one of them in memory at most."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = b""

    def take(self, most: int) -> bytes:
        """Return at most so much, nothing at the end."""
        while not self._held:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._held = piece
        part, self._held = self._held[:most], self._held[most:]
        return part

    def exactly(self, length: int) -> bytes:
        """Return so much; raise ``ExportBroken``."""
        parts = b""
        while len(parts) < length:
            part = self.take(length - len(parts))
            if not part:
                raise ExportBroken
            parts += part
        return parts


def _packed(manifest: Manifest) -> bytes:
    text = json.dumps(
        {
            "made_at": instant_to_wire(manifest.made_at),
            "version": manifest.version,
            "size": manifest.size,
            "counts": dict(manifest.counts),
        }
    ).encode()
    return _LENGTH.pack(len(text)) + text


def _read_manifest(content: _Content) -> Manifest:
    (length,) = _LENGTH.unpack(content.exactly(_LENGTH.size))
    if length > _MOST_MANIFEST:
        raise ExportBroken
    try:
        told = json.loads(content.exactly(length))
        counts = {str(name): int(count) for name, count in told["counts"].items()}
        made_at = instant_from_wire(told["made_at"])
        return Manifest(made_at, int(told["version"]), int(told["size"]), counts)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ExportBroken from None


def _database_key(reader: ExportReader, key: Secret) -> str:
    database = derive(key, Purpose.DATABASE)
    return DatabaseKey(database, reader.header.database_salt).hexadecimal()


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    try:
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, _CREATE, 0o600), "wb") as file:
            yield file
    except OSError as refusal:
        raise from_system(refusal) from None


_CREATE = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
)
