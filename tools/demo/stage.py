"""The folder of the demonstration: what was made once, and the copy that is played with.

Making takes a minute, copying a second: each run starts from the same morning, whatever was
clicked the time before.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from tools.demo.certificates import Certificates

ROOT = Path(__file__).resolve().parent.parent.parent
FORMAT = 1
_MADE_BY = (
    *("tools/demo", "resources/demo", "resources/referentials", "protocol"),
    *("desktop/crypto", "desktop/services", "desktop/store", "server/services", "server/store"),
)
_PLAYS_ONLY = frozenset(
    f"{name}.py"
    for name in (
        *("__main__", "control", "hands", "leaks", "morning", "player", "professions"),
        *("show", "steps"),
    )
)
"""Modules of ``tools/demo`` that play with what was made, and make nothing."""


@dataclass(frozen=True)
class Stamp:
    """What the demonstration was made from, written last: without it nothing is complete."""

    seed: int
    day: str
    root: str
    code: str
    port: int
    """Where the laptops find the office: the road's, fixed at their enrolment."""
    format: int = FORMAT

    def made_from(self, other: "Stamp") -> bool:
        """Tell whether nothing that matters has changed; the port is what it is."""
        mine, theirs = asdict(self), asdict(other)
        return {**mine, "port": 0} == {**theirs, "port": 0}


class Stage:
    """Knows the folders, copies the original, remembers what it was made from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.office = folder / "office" if " " not in str(folder) else _without_a_space(folder)
        self.laptops = folder / "laptops"
        self.certificates = Certificates(folder)
        self.server_log = folder / "office.log"
        self.lock = folder / "demo.lock"
        self._original = folder / "original"
        self._stamp = folder / "demo.json"

    def stamp(self) -> Stamp | None:
        """Return what the demonstration at hand was made from, if it is complete."""
        try:
            return Stamp(**json.loads(self._stamp.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def clear(self) -> None:
        """Remove what an earlier demonstration left."""
        self._stamp.unlink(missing_ok=True)
        for folder in (self._original, self.office, self.laptops):
            shutil.rmtree(folder, ignore_errors=True)
        for path in self.screenshots():
            path.unlink()

    def keep(self, stamp: Stamp) -> None:
        """Keep what was just made as the original; the office is stopped, the laptops locked."""
        for made in self._played():
            copy_tree(made, self._kept(made))
        self._stamp.write_text(json.dumps(asdict(stamp), indent=1), "utf-8")

    def restore(self) -> None:
        """Put the original back in place of what was played with."""
        for path in self.screenshots():
            path.unlink()
        for played in self._played():
            shutil.rmtree(played, ignore_errors=True)
            copy_tree(self._kept(played), played)

    def screenshots(self) -> list[Path]:
        """Return the pictures of the last run."""
        return sorted(self.folder.glob("[0-9][0-9]-*.png"))

    def _played(self) -> tuple[Path, Path]:
        return self.office, self.laptops

    def _kept(self, played: Path) -> Path:
        return self._original / ("office" if played == self.office else "laptops")


def own_temporary_folder() -> Path:
    """Return a folder of this user's, in the system's temporary one."""
    folder = Path(tempfile.gettempdir()) / f"coffre-demo-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _without_a_space(folder: Path) -> Path:
    """The embedded PostgreSQL does not start in a folder whose path holds a space."""
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return own_temporary_folder() / name / "office"


def wanted_stamp(seed: int, day: date) -> Stamp:
    """Return what the stamp should say, but for the port."""
    return Stamp(seed, day.isoformat(), str(ROOT), code_version(ROOT), 0)


def code_version(root: Path) -> str:
    """Return a digest of the code and texts that make the demonstration."""
    digest = hashlib.sha256()
    for path in sorted(_sources(root)):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder with modes and owners: PostgreSQL does not run as root, nor does its folder."""
    shutil.copytree(source, target, copy_function=_copy, symlinks=True)
    for folder, _, _ in os.walk(source):
        _give(Path(folder), target / Path(folder).relative_to(source))


def _copy(source: str, target: str) -> None:
    shutil.copy2(source, target)
    _give(Path(source), Path(target))


def _give(source: Path, target: Path) -> None:
    known = source.stat()
    if known.st_uid != os.geteuid() or known.st_gid != os.getegid():
        os.chown(target, known.st_uid, known.st_gid)


def _sources(root: Path) -> Iterable[Path]:
    for name in _MADE_BY:
        for path in (root / name).rglob("*"):
            plays_only = path.parent == root / "tools" / "demo" and path.name in _PLAYS_ONLY
            if path.is_file() and "__pycache__" not in path.parts and not plays_only:
                yield path
