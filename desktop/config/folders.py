"""Where Coffre keeps things on this machine, for the person whose session it runs in.

Two people on one laptop have two sessions of the operating system, hence two folders, two vaults.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HOME_VARIABLE = "COFFRE_HOME"
"""Puts everything under one folder: for a trial, or several laptops on one machine."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of one installation."""

    vault: Path
    """Header and encrypted database; owner only."""
    settings: Path
    """Preferences of display; nothing about anybody."""

    @property
    def database(self) -> Path:
        return self.vault / "coffre.db"

    @property
    def lock(self) -> Path:
        return self.vault / "coffre.lock"

    @property
    def hold_a_withdrawal(self) -> bool:
        """Whether the Département withdrew this laptop and its vault is not all destroyed yet."""
        return (self.vault / "coffre.withdrawn").exists()

    @property
    def hold_a_vault(self) -> bool:
        """Whether a header stands there, whole or not: if so this is no first run."""
        return any(path.exists() for path in self.vault.glob("coffre.hdr*"))

    def make(self) -> None:
        """Create the folders, readable by their owner only; raise ``OSError``."""
        for folder in (self.vault, self.settings):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # One that was there, made by an installer or by hand, may be open to others.
        with suppress(PermissionError):
            self.vault.chmod(0o700)


def folders(home: Path | None = None) -> Folders:
    """Return where things are: under ``home``, or ``COFFRE_HOME``, or the platform's folders."""
    chosen = home or (Path(set_) if (set_ := os.environ.get(HOME_VARIABLE)) else None)
    if chosen is not None:
        return Folders(vault=chosen / "vault", settings=chosen / "settings")
    data = platformdirs.user_data_path("coffre", appauthor=False)
    config = platformdirs.user_config_path("coffre", appauthor=False)
    return Folders(vault=data / "vault", settings=config)
