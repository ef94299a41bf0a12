"""A copy of the tree in which one thing at a time is broken, and tests that run there."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

from tests.architecture.tree import ROOT, files
from tests.mutants.mutant import Change, Mutant

LIMIT_S = 900.0
"""Beyond that a mutant is stopped: a suite that does not end has not said what is broken."""
_FAREWELL_S = 60.0
_FAILED = re.compile(r"^FAILED (\S+?::.*?)(?: - .*)?$", re.MULTILINE)
_TESTS_FAILED = 1
"""What pytest answers when all ran and some failed."""


class Verdict(StrEnum):
    """What became of a mutant."""

    CAUGHT = "caught"
    SURVIVED = "SURVIVED"
    UNTOLD = "DID NOT RUN"
    """No test said it: an import, a fixture or the collection failed, or the tests did not end."""


@dataclass(frozen=True, slots=True)
class Run:
    """What some tests said."""

    code: int | None
    """What pytest answered; ``None`` when it had to be stopped."""
    failed: tuple[str, ...]
    seconds: float
    told: str

    @property
    def verdict(self) -> Verdict:
        """What it says of the mutant they ran on."""
        if self.code == 0:
            return Verdict.SURVIVED
        # A fixture that fails answers the same as a test that does: the name is needed as well.
        return Verdict.CAUGHT if self.code == _TESTS_FAILED and self.failed else Verdict.UNTOLD


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the tree."""

    root: Path

    @classmethod
    def of_the_tree(cls, root: Path) -> Self:
        """Copy what is ours: neither caches nor what a machine has built."""
        for file in files():
            if not file.is_file():
                continue  # a link to nowhere, or gone meanwhile
            target = root / file.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        return cls(root)

    @contextmanager
    def broken(self, mutant: Mutant) -> Iterator[None]:
        """Break the copy for a while; raise ``Moved`` when the code has moved on."""
        paths = {change.path for change in mutant.changes}
        before = {path: (self.root / path).read_bytes() for path in paths}
        try:
            for change in mutant.changes:
                self._make(change)
            yield
        finally:
            for path, content in before.items():
                (self.root / path).write_bytes(content)

    def test(self, tests: Sequence[str], *, limit_s: float = LIMIT_S) -> Run:
        """Run tests in the copy, to the first that fails."""
        began = time.monotonic()
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
        process = subprocess.Popen(
            command,
            cwd=self.root,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        code: int | None
        try:
            told, _ = process.communicate(timeout=limit_s)
            code = process.returncode
        except subprocess.TimeoutExpired:
            told, code = _stop(process), None
        failed = tuple(_FAILED.findall(told))
        return Run(code, failed, time.monotonic() - began, told)

    def _make(self, change: Change) -> None:
        (self.root / change.path).write_text(change.broken(self.root), encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(self.root),  # before the environment, where the real tree is known
            # A file that is restored within the second would be taken for its compiled mutant.
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
            "QT_QPA_PLATFORM": "offscreen",
            "CI": "true",  # properties try the same examples each time
        }


def _stop(process: subprocess.Popen[str]) -> str:
    """Ask as the keyboard does, so that the tests' PostgreSQL ends too; then insist."""
    with suppress(ValueError):  # Windows has no such signal for others
        process.send_signal(signal.SIGINT)
    try:
        return process.communicate(timeout=_FAREWELL_S)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0]
