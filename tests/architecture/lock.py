"""The lock of the dependencies, read as pip reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

_PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?: ; [^\\]+)? \\$")
_HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
_COMMENT = re.compile(r"^    # +\S.*$")
_ASKED_FOR = "coffre (pyproject.toml)"


@dataclass(frozen=True)
class Lock:
    """What is installed, and which of it the project asked for by name."""

    versions: dict[str, Version]
    asked_for: frozenset[str]
    strange_lines: tuple[str, ...]


def read_lock(text: str) -> Lock:
    """Anything but `name==version`, its hashes and comments is a strange line."""
    versions: dict[str, Version] = {}
    asked_for: set[str] = set()
    strange: list[str] = []
    name = ""
    for line in text.splitlines():
        if pinned := _PINNED.match(line):
            name = canonicalize_name(pinned["name"])
            versions[name] = Version(pinned["version"])
        elif _COMMENT.match(line):
            if _ASKED_FOR in line:
                asked_for.add(name)
        elif not _HASH.match(line):
            strange.append(line)
    return Lock(versions, frozenset(asked_for), tuple(strange))


def disagreements(lock: Lock, requirements: list[str]) -> list[str]:
    """Where the lock and the project's own list differ."""
    wanted = [Requirement(line) for line in requirements]
    names = {canonicalize_name(requirement.name) for requirement in wanted}
    faults = [f"{name} is locked and no longer asked for" for name in lock.asked_for - names]
    for requirement in wanted:
        version = lock.versions.get(canonicalize_name(requirement.name))
        if version is None:
            faults.append(f"{requirement.name} is not locked")
        elif not requirement.specifier.contains(version):
            faults.append(f"{requirement} is locked at {version}")
    return sorted(faults)
