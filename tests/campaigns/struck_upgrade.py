"""A small vault of each version kept, struck at every call that its upgrade makes.

Whatever the call came to, the file that has the vault's name is the old vault, to the byte, or the
new one, whole; and the next opening brings it to the new version with all that it held.
"""

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from multiprocessing.connection import Connection
from pathlib import Path
from unittest.mock import patch

from desktop.crypto.files import FolderFiles
from desktop.store import database as databases
from desktop.store.copying import counted, reading
from desktop.store.errors import BrokenSnapshot, StoreError
from desktop.store.migrations import version_of
from desktop.store.store import Store
from desktop.store.upgrade import BEFORE, NEXT, _check, _version
from tests.campaigns.copies import TOMORROW
from tests.campaigns.gate import HARMS, Said, Work
from tests.campaigns.known_vault import KnownVault
from tests.campaigns.power import ACK
from tests.campaigns.shares import Part
from tests.campaigns.struck import Stage, Strike
from tests.frozen.store import FILES, HERE

_REFUSALS = (StoreError, BrokenSnapshot, OSError)
_DB = "coffre.db"


def upgrade(folder: str, key: str, line: Connection) -> None:
    """Open twice, as on the first two mornings of a version: the second one forgets the old."""
    path, database_key = Path(folder) / _DB, bytes.fromhex(key).decode("ascii")
    try:
        Store.open(path, database_key, TOMORROW).close()
        line.send(("upgraded", 0))
        Store.open(path, database_key, TOMORROW).close()
        line.send(("settled", 0))
    except _REFUSALS:
        return


def upgrade_in_place(folder: str, key: str, line: Connection) -> None:
    """The fault that must be seen: the new vault is written over the old one."""

    def write_over(files: FolderFiles, source: str, target: str) -> None:
        with (files._folder / target).open("r+b") as file:
            content = (files._folder / source).read_bytes()
            for at in range(0, len(content), 65_536):
                file.write(content[at : at + 65_536])
                file.flush()
        files.remove(source)

    with patch.object(FolderFiles, "rename", write_over):
        upgrade(folder, key, line)


def upgrade_told(folder: str, key: str, line: Connection) -> None:
    """The same, told to a trace as well: a power cut takes the process that would say it."""
    path, database_key = Path(folder) / _DB, bytes.fromhex(key).decode("ascii")
    with (path.parent / ACK).open("wb", buffering=0) as told:
        for number in (1, 2):
            Store.open(path, database_key, TOMORROW).close()
            told.write(f"opened {number}\n".encode())
    line.send(("settled", 0))


def upgrade_unsynced(folder: str, key: str, line: Connection) -> None:
    """The fault that must be seen: the name is given to what may still be in memory only."""
    with (
        patch.object(FolderFiles, "sync", lambda files, name: None),
        patch.object(FolderFiles, "sync_folder", lambda files: None),
        patch.dict(databases._PRAGMAS, {"synchronous": 0}),
    ):
        upgrade_told(folder, key, line)


@dataclass(frozen=True)
class Upgrade:
    """One version's vault, as it was kept."""

    frozen: Path
    known: KnownVault
    work: Work = upgrade

    @property
    def name(self) -> str:
        return f"{self.work.__name__.replace('_', ' ')} of {self.frozen.name}"

    @property
    def key(self) -> bytes:
        """Of the database: an upgrade is given that one."""
        return self._key.encode("ascii")

    def prepare(self, vault: Path) -> None:
        vault.mkdir()
        for name in FILES:
            shutil.copyfile(self.frozen / name, vault / name)

    def look(self, vault: Path, said: Sequence[Said]) -> list[str]:
        return self.faults(vault, is_told=("upgraded", 0) in said)

    def look_after_cut(self, vault: Path, acknowledged: dict[str, int]) -> list[str]:
        """The same, of what a power cut leaves."""
        return self.faults(vault, is_told="opened" in acknowledged)

    def faults(self, vault: Path, *, is_told: bool) -> list[str]:
        """Return what is wrong; ``is_told`` when somebody has seen the vault upgraded."""
        path = vault / _DB
        if found := self._standing(path, is_told=is_told):
            return found
        for _ in range(2):
            try:
                store = Store.open(path, self._key, TOMORROW)
            except _REFUSALS as failure:
                return [f"does not open: {type(failure).__name__}"]
            if version_of(store.database) != len(TOMORROW):
                found.append("is not of the new version")
            store.close()
        found += self._missing(path)
        left = [name.name for name in vault.iterdir() if NEXT in name.name or BEFORE in name.name]
        return found + [f"left {name}" for name in left]

    def _standing(self, path: Path, *, is_told: bool) -> list[str]:
        """What has the vault's name, before anybody opens it."""
        version = _version(path, self._key)
        if version == len(TOMORROW):
            try:
                _check(path, self._key)
            except _REFUSALS:
                return ["a new vault that is not whole has the name"]
            return []
        if path.read_bytes() != (self.frozen / _DB).read_bytes():
            return ["neither the old vault nor the new one has the name"]
        return ["an upgrade that was acknowledged is lost"] if is_told else []

    def _missing(self, path: Path) -> list[str]:
        with reading(path, self._key) as reader:
            now = counted(reader)
            follow_ups = {str(row[0]) for row in reader.execute('SELECT "id" FROM "follow_up"')}
            damaged = reader.execute("PRAGMA cipher_integrity_check").fetchall()
        found = ["has damaged pages"] if damaged else []
        found += [
            f"{name} holds {now.get(name, 0)} of {count}"
            for name, count in self._holds["tables"].items()
            if now.get(name, 0) < count
        ]
        lost = self._holds["follow_ups"].keys() - follow_ups
        return [*found, *(f"follow-up {it} is lost" for it in sorted(lost))]

    @cached_property
    def _key(self) -> str:
        return self.known.key_hex(self.frozen)

    @cached_property
    def _holds(self) -> dict[str, dict[str, int]]:
        holds: dict[str, dict[str, int]] = json.loads(
            (self.frozen / "holds.json").read_text("utf-8")
        )
        return holds


def upgrades() -> list[Upgrade]:
    """Return the vaults of every version that was kept."""
    folders = sorted(HERE.glob("store-*"), key=lambda it: int(it.name.removeprefix("store-")))
    return [Upgrade(folder, _known(folder)) for folder in folders]


def _known(frozen: Path) -> KnownVault:
    """Open a copy: whoever opens a vault writes in it, and what is kept stays as it is."""
    with tempfile.TemporaryDirectory(prefix="coffre-kept-") as folder:
        copy = shutil.copytree(frozen, Path(folder) / frozen.name)
        return replace(KnownVault.of(copy), folder=frozen)


def as_kept() -> dict[str, bytes]:
    """Return the files of those vaults, and their bytes."""
    return {str(path): path.read_bytes() for path in sorted(HERE.glob("store-*/*"))}


def play(scenes: Sequence[Upgrade], wanted: list[Strike], cases: range, folder: Path) -> Part:
    """Strike these."""
    return Stage(folder, scenes).play(wanted[cases.start : cases.stop])


def is_seen(stage: Stage, control: Upgrade) -> bool:
    """Whether a kill is found of an upgrade that writes for some ten calls over the old vault."""
    kill = HARMS[0]
    return any(
        stage.play([Strike(control.name, kill, at)]).found[0][1]
        for at in range(stage.count(control.name), 0, -5)
    )
