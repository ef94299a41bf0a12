"""Eight megabytes kept on the disk for the day it is full: given up so that words can be saved.

Only room is kept, nothing is written there that means anything. Given up when the database finds no
more space, made again when there is some to spare.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

RESERVE_FILE = "coffre.reserve"
RESERVE_BYTES = 8 * 1024 * 1024
_TO_SPARE = 4
"""Made only where this many times as much is free: it must not be what fills the disk."""
_CHUNK = 1024 * 1024


class Reserve:
    """The file ``coffre.reserve``."""

    def __init__(self, path: Path, size: int = RESERVE_BYTES) -> None:
        self._path = path
        self._size = size

    @property
    def is_there(self) -> bool:
        """Whether there is something to give up."""
        return self._path.exists()

    def release(self) -> bool:
        """Give the room up; tell whether there was any."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True

    def make(self) -> bool:
        """Take the room if it is not taken yet and there is enough; tell whether it is kept."""
        try:
            if self._path.exists() and self._path.stat().st_size == self._size:
                return True
            if shutil.disk_usage(self._path.parent).free < _TO_SPARE * self._size:
                return False
            self._write()
        except OSError:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            return False
        return True

    def _write(self) -> None:
        self._path.unlink(missing_ok=True)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self._path, flags, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            left = self._size
            while left > 0:
                # Drawn by chance: zeros would take no room on a disk that compresses.
                left -= file.write(os.urandom(min(_CHUNK, left)))
