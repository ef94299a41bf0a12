"""The file ``coffre.mark``: how many commits the database had, seen from outside it.

A side file that was deleted or cut, or a database put back as it was, opens without a word: each
check it makes of itself comes out clean. The count of commits inside is then less than the one
here. Written in place after each commit and not waited for, which costs nothing that can be
measured (docs/decisions/0012-the-store-kept.md); what a power cut leaves is a mark that is behind,
and that says nothing. The mark is never ahead of what the disk was told to keep.

A database that counted nothing is never behind: whoever replaces it knowingly by an older one (a
restored snapshot, a vault brought from a file) gives the new one the count of nothing, for which
the key is needed (``EncryptedDatabase.recount``).
"""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from desktop.crypto.errors import VaultUnreachable
from desktop.crypto.files import VaultFiles, write_atomic
from desktop.crypto.mark import NO_PRINT, SLOT_BYTES, SLOTS, Mark, encode_slot, newest_mark
from desktop.crypto.secret import Secret

MARK_FILE = "coffre.mark"


class Standing(StrEnum):
    """What the mark says of the database beside it."""

    GOOD = "good"
    BEHIND = "behind"
    """Commits that were durable are not in the database."""
    UNVOUCHED = "unvouched"
    """The mark is gone or cannot be read: nobody can say."""


def standing_of(mark: Mark | None, commits: int) -> Standing:
    """Compare the mark with the number of commits inside the database.

    A database that never counted a commit is new, replaced, or of an earlier Coffre. The mark is
    written before the first commit is counted, so that no power cut in between looks like a mark
    that somebody removed.
    """
    if not commits:
        return Standing.GOOD
    if mark is None:
        return Standing.UNVOUCHED
    return Standing.BEHIND if commits < mark.commits else Standing.GOOD


class CommitMark:
    """Follows the commits of one open database; used from the store's lane."""

    def __init__(
        self,
        files: VaultFiles,
        path: Path,
        key: Secret,
        vault_id: bytes,
        now_ms: Callable[[], int],
    ) -> None:
        """``path`` is where ``files`` keeps ``coffre.mark``."""
        self._files = files
        self._path = path
        self._key = key
        self._vault_id = vault_id
        self._now_ms = now_ms
        self._descriptor: int | None = None
        self._slot = 0

    def read(self) -> Mark | None:
        """Return the last mark; ``None`` when there is none that the vault vouches for.

        Raises ``VaultUnreachable``: a disk that does not answer this time says nothing.
        """
        content = self._files.read(MARK_FILE, SLOTS * SLOT_BYTES)
        return None if content is None else newest_mark(self._key, self._vault_id, content)

    def begin(self, commits: int) -> bool:
        """Write a whole mark, durably, and stay ready for the commits to come.

        False when the disk refuses: the former mark stays, and commits are not to be counted.
        """
        try:
            former = self.read()
            # Opening is no commit: the moment is that of the last one.
            is_same = former is not None and former.commits == commits
            slot = self._encoded(commits, former.at_ms if former is not None and is_same else None)
            self._write_whole(slot)
            self._descriptor = os.open(self._path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        except (VaultUnreachable, OSError):
            return False
        return True

    def note(self, commits: int) -> None:
        """A commit is durable. Not waited for; a refusal leaves a mark that is behind."""
        if self._descriptor is None:
            return
        self._slot = (self._slot + 1) % SLOTS
        with suppress(OSError):
            os.lseek(self._descriptor, self._slot * SLOT_BYTES, os.SEEK_SET)
            os.write(self._descriptor, self._encoded(commits))

    def sync(self) -> None:
        """Have the disk keep the mark: at each checkpoint, and before the vault is closed."""
        if self._descriptor is not None:
            with suppress(OSError):
                _flush(self._descriptor)

    def clear_print(self) -> None:
        """The file is about to be opened: from now on, what it looks like says nothing."""
        mark = self.read()
        if mark is not None and mark.file_print != NO_PRINT:
            self._write_whole(self._slot_of(replace(mark, file_print=NO_PRINT)))

    def close(self, file_print: bytes | None = None) -> None:
        """Keep what the closed file looks like, let go of the mark and of its key; safe to call
        twice.
        """
        if self._descriptor is not None:
            self.sync()
            os.close(self._descriptor)
            self._descriptor = None
            with suppress(VaultUnreachable):
                mark = self.read()
                if mark is not None and file_print is not None:
                    self._write_whole(self._slot_of(replace(mark, file_print=file_print)))
        self._key.forget()

    def _write_whole(self, slot: bytes) -> None:
        """Write both slots, durably; in their place where there is one, which takes no room."""
        there = self._files.read(MARK_FILE, SLOTS * SLOT_BYTES)
        if there is not None and len(there) == SLOTS * SLOT_BYTES:
            self._files.overwrite(MARK_FILE, slot * SLOTS)
            self._files.sync(MARK_FILE)
        else:
            write_atomic(self._files, MARK_FILE, slot * SLOTS)

    def _encoded(self, commits: int, at_ms: int | None = None) -> bytes:
        return self._slot_of(Mark(commits, max(self._now_ms(), 0) if at_ms is None else at_ms))

    def _slot_of(self, mark: Mark) -> bytes:
        return encode_slot(self._key, self._vault_id, mark)


def _flush(descriptor: int) -> None:
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)
