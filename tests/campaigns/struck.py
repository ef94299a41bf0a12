"""Plays a scene in a process that is struck at one system call, and looks at what is left of it."""

import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from tests.campaigns.traced import RAISED, Run, Said, Tracer, Work

CALLS = "pwrite64,write,fsync,fdatasync,ftruncate,unlink,rename,openat"
HARMS = {
    "kill": "signal=KILL",
    "full": "error=ENOSPC",
    "failed": "error=EIO",
}
NEVER = 60_000
"""A call that no scene comes to: for one that ends by itself."""


class Scene(Protocol):
    """What is done in a vault, and what must be true of it whatever happened meanwhile."""

    @property
    def name(self) -> str: ...

    @property
    def work(self) -> Work:
        """What the process does; it says what was acknowledged."""
        ...

    @property
    def calls(self) -> str:
        """Which system calls are struck."""
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


class Stage:
    """One scene after the other, in one folder."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._folder = folder
        self._chance = chance
        self._tracer = Tracer(["tests.campaigns.syscalls"])

    def count(self, scene: Scene) -> int:
        """Return how many calls the scene makes when nothing happens."""
        run = self._run(scene, self._prepared(scene), f"trace={scene.calls}")
        assert [said for said in run.said if said[0] != RAISED], (scene.name, run.said)
        assert run.log is not None
        return len(run.log.read_text(encoding="utf-8", errors="replace").splitlines())

    def points(self, total: int, *, step: int, few: int) -> Iterator[int]:
        """Return which calls are struck, the first being 1: a ``few``, or one of each ``step``."""
        if few:
            yield from sorted(self._chance.sample(range(1, total + 1), min(few, total)))
        else:
            yield from range(1 + self._chance.randrange(step), total + 1, step)

    def strike(self, scene: Scene, point: int, how: str) -> list[str]:
        """Play the scene with a harm at one call, then look."""
        vault = self._prepared(scene)
        when = f"inject={scene.calls}:{how}:when={point}"
        run = self._run(scene, vault, f"trace={scene.calls}", "-e", when)
        raised = [f"raised {said[1]}" for said in run.said if said[0] == RAISED]
        try:
            return raised + scene.look(vault, [said for said in run.said if said[0] != RAISED])
        finally:
            shutil.rmtree(vault)

    def _run(self, scene: Scene, vault: Path, *options: str) -> Run:
        log = self._folder / "log"
        return self._tracer.run(scene.work, vault, scene.key.hex(), ["-e", *options], log)

    def _prepared(self, scene: Scene) -> Path:
        vault = self._folder / "struck"
        shutil.rmtree(vault, ignore_errors=True)
        scene.prepare(vault)
        return vault
