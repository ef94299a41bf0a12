"""A replayable random source, and a disk that loses its power where a test says so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop.crypto.errors import VaultUnreachable


class SeededRandom:
    """The same seed gives the same bytes: for tests and for the frozen sample, never for people."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._calls = 0

    def bytes(self, n: int) -> bytes:
        """Return the next ``n`` bytes of this seed."""
        self._calls += 1
        return hashlib.shake_256(f"{self._seed}/{self._calls}".encode()).digest(n)


class PowerCut(Exception):
    """The laptop's battery died."""


@dataclass
class _Blocks:
    """One file's content: what was written, and what has reached the platter."""

    written: bytes
    synced: bytes = b""
    in_place: bool = False
    """Written over what was there, so that a cut leaves some of each."""


@dataclass
class Disk:
    """A folder in memory that knows what a power cut would leave of it.

    ``cut_before`` is the number of the step that never happens. Contents survive once synced,
    names once the folder is synced; until then any beginning of the pending name changes may have
    reached the disk, and none, half or all of each unsynced content.
    """

    cut_before: int | None = None
    is_full: bool = False
    full_for: frozenset[str] = frozenset()
    steps: int = 0
    freed: list[bytes] = field(default_factory=list)
    """What the platter still holds under no name, for whoever reads it block by block."""
    _live: dict[str, _Blocks] = field(default_factory=dict)
    _durable: dict[str, _Blocks] = field(default_factory=dict)
    _pending: list[tuple[str, str, _Blocks | None]] = field(default_factory=list)

    @classmethod
    def holding(cls, contents: dict[str, bytes], *, cut_before: int | None = None) -> Disk:
        """Return a disk on which these files are durable."""
        disk = cls(cut_before=cut_before)
        for name, content in contents.items():
            disk._live[name] = disk._durable[name] = _Blocks(content, content)
        return disk

    def contents(self) -> dict[str, bytes]:
        """Return what a reader sees now."""
        return {name: blocks.written for name, blocks in self._live.items()}

    def survivors(self) -> Iterator[dict[str, bytes]]:
        """Yield every folder that may be found after the power comes back."""
        for reached in range(len(self._pending) + 1):
            names = dict(self._durable)
            for action, name, blocks in self._pending[:reached]:
                if action == "remove":
                    names.pop(name, None)
                elif blocks is not None:
                    names[name] = blocks
            for share in (0, 2, 1):
                yield {name: _after_cut(blocks, share) for name, blocks in names.items()}

    def read(self, name: str, limit: int) -> bytes | None:
        blocks = self._live.get(name)
        return None if blocks is None else blocks.written[: limit + 1]

    def write(self, name: str, content: bytes) -> None:
        self._step()
        if self.is_full or name in self.full_for:
            raise VaultUnreachable(28)
        self._live[name] = _Blocks(content)
        self._pending.append(("link", name, self._live[name]))

    def overwrite(self, name: str, content: bytes) -> None:
        self._step()
        if self.is_full or name in self.full_for:
            raise VaultUnreachable(30)
        blocks = self._live[name]
        blocks.written = content + blocks.written[len(content) :]
        blocks.in_place = True

    def sync(self, name: str) -> None:
        self._step()
        self._live[name].synced = self._live[name].written

    def rename(self, source: str, target: str) -> None:
        self._step()
        blocks = self._live.pop(source)
        self._live[target] = blocks
        self._pending += [("remove", source, None), ("link", target, blocks)]

    def sync_folder(self) -> None:
        self._step()
        self._durable = dict(self._live)
        self._pending.clear()

    def remove(self, name: str) -> None:
        self._step()
        if (blocks := self._live.pop(name, None)) is not None:
            self._pending.append(("remove", name, None))
            # Unsynced blocks too may have been written out by the system: whichever is worse.
            self.freed += [blocks.synced, blocks.written]

    def names(self) -> list[str]:
        return sorted(self._live)

    def _step(self) -> None:
        self.steps += 1
        if self.cut_before is not None and self.steps >= self.cut_before:
            raise PowerCut


class CarelessDisk(Disk):
    """Forgets to sync contents: the campaign must notice, or it would notice nothing."""

    def sync(self, name: str) -> None:
        self._step()


def _after_cut(blocks: _Blocks, share: int) -> bytes:
    if blocks.synced == blocks.written:
        return blocks.written
    if blocks.in_place:
        half = len(blocks.written) // 2
        return (blocks.written, blocks.synced, blocks.written[:half] + blocks.synced[half:])[share]
    return blocks.written[: len(blocks.written) // share] if share else blocks.synced
