"""Where the vault's header files live, in steps small enough to cut the power between any two."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Protocol

from desktop.crypto.errors import VaultUnreachable

TEMPORARY_SUFFIX = ".tmp"


class VaultFiles(Protocol):
    """A folder of small files; each method is one step of the disk.

    Simulations put a disk behind this that forgets what was not synced. All of them raise
    ``VaultUnreachable`` when the disk refuses.
    """

    def read(self, name: str, limit: int) -> bytes | None:
        """Return at most ``limit`` + 1 bytes (so that too long shows), ``None`` if not there."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Create or replace a file; durable only after ``sync``."""
        ...

    def overwrite(self, name: str, content: bytes) -> None:
        """Write over a file's bytes, in their place; durable only after ``sync``."""
        ...

    def sync(self, name: str) -> None:
        """Return once the file's content is on the disk."""
        ...

    def rename(self, source: str, target: str) -> None:
        """Put ``source`` in the place of ``target`` in one go; durable after ``sync_folder``."""
        ...

    def sync_folder(self) -> None:
        """Return once creations, renames and removals are on the disk."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file, or nothing if it is not there; durable after ``sync_folder``."""
        ...

    def names(self) -> list[str]:
        """Return the names of the files that are there."""
        ...


def write_atomic(files: VaultFiles, name: str, content: bytes) -> None:
    """Replace a file so that any cut leaves the old one or the new one, whole."""
    temporary = name + TEMPORARY_SUFFIX
    files.write(temporary, content)
    files.sync(temporary)
    files.rename(temporary, name)
    files.sync_folder()


class FolderFiles:
    """The real folder: owner only (0700, files 0600) whatever the umask.

    On Windows the folder lives in the user's profile, whose access list already excludes other
    users; Python applies mode 0700 there from 3.12.4 on, and a folder cannot be synced.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str, limit: int) -> bytes | None:
        """Return the start of a file, ``None`` if it is not there."""
        try:
            with (self._folder / name).open("rb") as file:
                return file.read(limit + 1)
        except FileNotFoundError:
            return None
        except OSError as refusal:
            raise VaultUnreachable(refusal.errno) from None

    def write(self, name: str, content: bytes) -> None:
        """Create a file afresh, readable by its owner only."""
        try:
            self._make_folder()
            # Unlinked first and created exclusively: never through a link laid by another.
            (self._folder / name).unlink(missing_ok=True)
            descriptor = os.open(self._folder / name, _CREATE, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                if sys.platform != "win32":
                    os.fchmod(file.fileno(), 0o600)
                file.write(content)
        except OSError as refusal:
            raise VaultUnreachable(refusal.errno) from None

    def overwrite(self, name: str, content: bytes) -> None:
        """Write over the bytes of a file that is there, without making another."""
        path = self._folder / name
        try:
            path.chmod(0o600)  # one that was made read-only must go too
            with path.open("r+b") as file:
                file.write(content)
        except OSError as refusal:
            raise VaultUnreachable(refusal.errno) from None

    def sync(self, name: str) -> None:
        """Flush a file down to the platter."""
        try:
            with (self._folder / name).open("r+b") as file:
                _flush(file.fileno())
        except OSError as refusal:
            raise VaultUnreachable(refusal.errno) from None

    def rename(self, source: str, target: str) -> None:
        """Replace ``target`` by ``source``."""
        try:
            (self._folder / source).replace(self._folder / target)
        except OSError as refusal:
            raise VaultUnreachable(refusal.errno) from None

    def sync_folder(self) -> None:
        """Flush the folder's own entries, where the system allows it."""
        try:
            _sync_folder(self._folder)
        except OSError as refusal:
            raise VaultUnreachable(refusal.errno) from None

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""
        try:
            (self._folder / name).unlink(missing_ok=True)
        except OSError as refusal:
            raise VaultUnreachable(refusal.errno) from None

    def names(self) -> list[str]:
        """Return the names of the files, none if there is no folder."""
        try:
            return sorted(path.name for path in self._folder.iterdir() if not path.is_dir())
        except FileNotFoundError:
            return []
        except OSError as refusal:
            raise VaultUnreachable(refusal.errno) from None

    def _make_folder(self) -> None:
        is_new = not self._folder.exists()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if sys.platform != "win32":
            self._folder.chmod(0o700)
        if is_new:
            _sync_folder(self._folder.parent)


_CREATE = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _flush(descriptor)
    finally:
        os.close(descriptor)


def _flush(descriptor: int) -> None:
    if sys.platform == "darwin":
        import fcntl

        # On macOS fsync stops at the drive's cache.
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)
