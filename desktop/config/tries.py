"""How many wrong passphrases were tried: starting Coffre again does not begin the count anew.

Kept beside the vault, and nothing secret: who holds the file may remove it. It is for whoever sits
at the keyboard; against a thief with the disk stands the derivation of the key (256 MiB for a try).

Time is counted from the start of the machine, which nobody sets: a clock on the wall that is put
forward would end the wait.
"""

import json
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.config.clock import uptime_s
from desktop.config.private_files import write_private

FILE_NAME = "coffre.tries"
_MAX_BYTES = 1_000
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong passphrases since the last right one."""

    wrong: int = 0
    ago_s: float = 0.0
    """At least so long since the last of them."""


class WrongTries:
    """Counts them in a file, on the store's lane; a file that cannot be written stops nobody."""

    def __init__(self, path: Path, uptime: Callable[[], float] = uptime_s) -> None:
        """``uptime`` is the seconds since the machine was started."""
        self._path = path
        self._uptime = uptime

    def read(self) -> Tries:
        """Return what was counted; a damaged file counts nothing."""
        try:
            with self._path.open("rb") as file:
                told = json.loads(file.read(_MAX_BYTES))
            wrong, at = int(told["wrong"]), float(told["at"])
            if not math.isfinite(at):
                return Tries()
        except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return Tries()
        up = self._uptime()
        # Up for less than then: started since, so that the last try is as old as that, or older.
        return Tries(min(max(wrong, 0), _MOST), up - at if at <= up else up)

    def note(self) -> None:
        """One more."""
        told = {"wrong": self.read().wrong + 1, "at": self._uptime()}
        with suppress(OSError):
            write_private(self._path, json.dumps(told).encode("ascii"))

    def forget(self) -> None:
        """The right one was typed."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
