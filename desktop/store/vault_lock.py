"""One Coffre at a time on a vault: a file lock that the system ends with its process."""

import os
import sys
from pathlib import Path
from typing import IO

from desktop.store.errors import ReadOnlyStore, StoreInUse


class VaultLock:
    """Held while a Coffre runs on the vault; another one gets ``StoreInUse``."""

    def __init__(self, path: Path) -> None:
        """Take the lock in ``path`` (created if need be); raise ``StoreInUse``."""
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError:
            raise ReadOnlyStore from None
        self._file: IO[bytes] | None = os.fdopen(descriptor, "r+b")
        try:
            _lock(self._file)
        except OSError:
            self.release()
            raise StoreInUse from None

    def release(self) -> None:
        """Let another Coffre in; safe to call twice."""
        if self._file is not None:
            self._file.close()
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
