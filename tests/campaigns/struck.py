"""Plays a scene in a process that is struck at one system call, and looks at what is left of it."""

import random
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.campaigns.gate import HARMS, RAISED, Gate, Harm, Said, Work
from tests.campaigns.shares import Part

CALLS = (
    *("write", "pwrite64", "fsync", "fdatasync", "ftruncate"),
    *("openat", "mkdir", "link", "rename", "unlink"),
)


class Scene(Protocol):
    """What is done in a vault, and what must be true of it whatever happened meanwhile."""

    @property
    def name(self) -> str: ...

    @property
    def work(self) -> Work:
        """What the process does; it says what was acknowledged."""
        ...

    @property
    def key(self) -> bytes:
        """Of the vault."""
        ...

    def prepare(self, vault: Path) -> None:
        """Make the folder, as it stands before the scene."""
        ...

    def look(self, vault: Path, said: Sequence[Said]) -> list[str]:
        """Return what is wrong with what is left."""
        ...


@dataclass(frozen=True)
class Strike:
    """One harm, at one call of a scene; the first is 1."""

    scene: str
    harm: Harm
    at: int

    def __str__(self) -> str:
        return f"{self.scene}, {self.harm.name} at {self.at}"


def strikes(
    scene: str, total: int, chance: random.Random, *, step: int, few: int
) -> Iterator[Strike]:
    """Return each harm at one call of each ``step``, or a ``few`` calls with one harm each."""
    if few:
        for at in sorted(chance.sample(range(1, total + 1), min(few, total))):
            yield Strike(scene, chance.choice(HARMS), at)
        return
    for at in range(1 + chance.randrange(step), total + 1, step):
        yield from (Strike(scene, harm, at) for harm in HARMS)


class Stage:
    """One scene after the other, in one folder."""

    def __init__(self, folder: Path, scenes: Iterable[Scene]) -> None:
        self._folder = folder
        self._scenes = {scene.name: scene for scene in scenes}
        self._gate = Gate(CALLS, ["tests.campaigns.syscalls"])

    def count(self, name: str) -> int:
        """Return how many calls the scene makes when nothing happens."""
        scene = self._scenes[name]
        run = self._gate.run(scene.work, str(self._prepared(scene)), scene.key.hex())
        assert [said for said in run.said if said[0] != RAISED], (scene.name, run.said)
        return run.calls

    def play(self, wanted: Iterable[Strike]) -> Part:
        """Strike, and look, one time after the other."""
        part = Part()
        for strike in wanted:
            found, calls = self._play(strike.scene, strike.harm, strike.at)
            part.found.append((str(strike), found))
            if calls < strike.at:
                part.count("ended before the call that was to be struck")
        return part

    def rehearse(self, name: str) -> list[str]:
        """Let a scene play unharmed, but for what is wrong with it; then look."""
        return self._play(name, None, 0)[0]

    def _play(self, name: str, harm: Harm | None, at: int) -> tuple[list[str], int]:
        scene = self._scenes[name]
        vault = self._prepared(scene)
        run = self._gate.run(scene.work, str(vault), scene.key.hex(), harm, at)
        raised = [f"raised {said[1]}" for said in run.said if said[0] == RAISED]
        said = [said for said in run.said if said[0] != RAISED]
        try:
            return raised + scene.look(vault, said), run.calls
        finally:
            shutil.rmtree(vault)

    def _prepared(self, scene: Scene) -> Path:
        vault = self._folder / "struck"
        shutil.rmtree(vault, ignore_errors=True)
        scene.prepare(vault)
        return vault
