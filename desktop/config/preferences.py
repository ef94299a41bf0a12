"""How somebody likes Coffre on this laptop: its look, its text size, when it locks.

Kept beside the vault and not in it, because the lock screen already wears them; so nothing here may
tell anything about anybody. A damaged file gives the defaults: it is never a reason not to start.
"""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from desktop.config.private_files import write_private

SMALLEST_TEXT, LARGEST_TEXT = 100, 200
SHORTEST_LOCK_MIN, LONGEST_LOCK_MIN = 1, 15
FILE_NAME = "preferences.json"
_MAX_BYTES = 10_000


class Appearance(StrEnum):
    """Light, dark, or as the computer."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Preferences:
    """One person's habits on one laptop."""

    appearance: Appearance = Appearance.SYSTEM
    text_percent: int | None = None
    """``None`` follows the system."""
    lock_after_min: int = 5
    starts_discreet: bool = False
    """Whether names are initials as soon as the vault is open."""


class PreferencesFile:
    """Reads and writes the preferences of one laptop."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Preferences:
        """Return what was kept; the default stands for anything missing or absurd."""
        try:
            with self._path.open("rb") as file:
                found = json.loads(file.read(_MAX_BYTES))
        except (OSError, ValueError, RecursionError):
            return Preferences()
        return preferences_from(found)

    def write(self, preferences: Preferences) -> None:
        """Keep them; raise ``OSError`` when the disk refuses, and then the former ones stand."""
        text = json.dumps(asdict(preferences), indent=2, sort_keys=True) + "\n"
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(self._path, text.encode())


def preferences_from(found: object) -> Preferences:
    """Return what was kept or told; the default stands for anything missing or absurd."""
    default = Preferences()
    if not isinstance(found, dict):
        return default
    text = _bounded(found.get("text_percent"), SMALLEST_TEXT, LARGEST_TEXT)
    lock = _bounded(found.get("lock_after_min"), SHORTEST_LOCK_MIN, LONGEST_LOCK_MIN)
    return Preferences(
        appearance=_appearance(found.get("appearance")),
        text_percent=text,
        lock_after_min=default.lock_after_min if lock is None else lock,
        starts_discreet=found.get("starts_discreet") is True,
    )


def _appearance(value: object) -> Appearance:
    return next((known for known in Appearance if known == value), Appearance.SYSTEM)


def _bounded(value: object, low: int, high: int) -> int | None:
    # bool is an int to Python, and no number to a person.
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return min(max(value, low), high)
