"""A laptop at work in a process of its own, under strace: what it asks of the disk, seen, refused.

The process is forked from one that has everything loaded, waits until strace holds it, then works.
"""

import ctypes
import multiprocessing
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from tests.campaigns.gate import Said, Work, work_and_tell

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

_PATIENCE_S = 120.0
_PR_SET_PTRACER, _ANYBODY = 0x59616D61, ctypes.c_ulong(-1)


def why_not() -> str | None:
    """Return why no process can be traced here, or nothing."""
    if sys.platform != "linux":
        return "strace is Linux's"
    if shutil.which("strace") is None:
        return "strace is not installed"
    try:
        status = Path("/proc/sys/kernel/yama/ptrace_scope").read_text(encoding="ascii").strip()
    except OSError:
        return None
    return "this system lets nobody trace" if status == "3" else None


@dataclass
class Run:
    """How one process ended, and what it had said before."""

    said: list[Said] = field(default_factory=list)
    log: Path | None = None
    exit_code: int | None = None


class Tracer:
    """Runs workers under strace, one at a time."""

    def __init__(self, preload: Sequence[str]) -> None:
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        # With what was started: each worker would else import all of it again.
        self._context.set_forkserver_preload(["__main__", *preload])

    def run(self, work: Work, folder: Path, key: str, options: Sequence[str], log: Path) -> Run:
        """Have ``work`` done under strace with these options; return how it went."""
        ours, theirs = self._context.Pipe(duplex=True)
        worker = self._context.Process(target=_held, args=(work, str(folder), key, theirs))
        worker.start()
        theirs.close()
        run = Run(log=log)
        strace = subprocess.Popen(
            ["strace", "-f", "-qq", "-p", str(worker.pid), "-o", str(log), *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_until_held(worker.pid or 0, strace)
            ours.send(None)
            self._listen(ours, run)
            worker.join(_PATIENCE_S)
        finally:
            worker.kill()
            worker.join()
            strace.wait(_PATIENCE_S)
            run.exit_code = worker.exitcode
            worker.close()
            ours.close()
        return run

    def _listen(self, line: Connection, run: Run) -> None:
        while line.poll(_PATIENCE_S):
            try:
                run.said.append(line.recv())
            except (EOFError, ConnectionResetError):
                return


def _held(work: Work, folder: str, key: str, line: Connection) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PTRACER, _ANYBODY, 0, 0, 0)
    line.recv()
    work_and_tell(work, folder, key, line)


def _wait_until_held(pid: int, strace: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        if strace.poll() is not None:
            raise ChildProcessError("strace could not hold the worker")
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        if "TracerPid:\t0" not in status:
            return
        time.sleep(0.002)
    raise TimeoutError("strace does not hold the worker")
