"""A process whose system calls are asked for at a gate: let through, refused, or its last.

Linux's seccomp puts a call to whoever listens and has it wait for the answer. Only the calls that
are named stop there, and each costs a message and its answer: strace, which stops at every call
twice, took three quarters of what a strike cost.

The process is forked from one that has everything loaded, gives its listener away, then works.
"""

import ctypes
import errno
import multiprocessing
import os
import platform
import select
import signal
import struct
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import reduction
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Final

from tests.support.unlocked_memory import leave_memory_unlocked

if sys.platform != "win32":
    import fcntl

Said = tuple[object, ...]
Work = Callable[[str, str, Connection], None]
"""At module level, so that another process finds it: (folder, key in hexadecimal, line)."""

RAISED = "raised"
"""Said of an exception that nobody foresaw."""
_PATIENCE_S = 120.0

_AMD64 = {
    "write": 1,
    "pwrite64": 18,
    "writev": 20,
    "fsync": 74,
    "fdatasync": 75,
    "ftruncate": 77,
    "rename": 82,
    "mkdir": 83,
    "link": 86,
    "unlink": 87,
    "openat": 257,
    "seccomp": 317,
}
_ARM64 = {
    "write": 64,
    "pwrite64": 68,
    "writev": 66,
    "fsync": 82,
    "fdatasync": 83,
    "ftruncate": 46,
    "rename": 38,
    "mkdir": 34,
    "link": 37,
    "unlink": 35,
    "openat": 56,
    "seccomp": 277,
}
"""There, names of files are always beside a folder: ``renameat`` and its like."""
_MACHINES: Final = {"x86_64": (0xC000003E, _AMD64), "aarch64": (0xC00000B7, _ARM64)}

_NO_NEW_PRIVILEGES = 38
_SET_FILTER, _IS_KNOWN, _NEW_LISTENER = 1, 2, 8
_ALLOW, _NOTIFY = 0x7FFF0000, 0x7FC00000
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ASKED = struct.Struct("=QIIiIQ6Q")
_ANSWER = struct.Struct("=QqiI")
_RECEIVE, _SEND, _SET_FLAGS = 0xC0502100, 0xC0182101, 0x40082104
_GO_ON, _WAKE_HERE = 1, 1


def why_no_gate() -> str | None:
    """Return why no gate can be put up here, or nothing."""
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        return "the calls of this system are not known"
    known = _seccomp(_IS_KNOWN, 0, ctypes.byref(ctypes.c_uint32(_NOTIFY)))
    return None if known == 0 else "this system asks nobody about a call"


@dataclass(frozen=True)
class Harm:
    """What a call comes to: that number of error, or the end of the process."""

    name: str
    error: int | None = None


HARMS = (Harm("kill"), Harm("full", errno.ENOSPC), Harm("failed", errno.EIO))


@dataclass
class Run:
    """How one process ended, and what it had said before."""

    said: list[Said] = field(default_factory=list)
    calls: int = 0
    """That came to the gate."""


class Gate:
    """Runs workers behind a gate, one at a time."""

    def __init__(self, calls: Sequence[str], preload: Sequence[str]) -> None:
        self._calls = tuple(calls)
        self._context = multiprocessing.get_context("forkserver")
        # With what was started: each worker would else import all of it again.
        self._context.set_forkserver_preload(["__main__", *preload])

    def run(self, work: Work, folder: str, key: str, harm: Harm | None = None, at: int = 0) -> Run:
        """Have ``work`` done; the call ``at`` (the first is 1) is harmed."""
        ours, theirs = self._context.Pipe(duplex=True)
        worker = _worker(self._context, (work, folder, key, self._calls, theirs))
        theirs.close()
        listener = reduction.recv_handle(ours)
        try:
            keeper = _Keeper(worker.pid or 0, listener, ours, harm, at)
            keeper.keep(worker.sentinel)
            return keeper.run
        finally:
            worker.kill()
            worker.join()
            worker.close()
            ours.close()
            os.close(listener)


def _worker(
    context: BaseContext, arguments: tuple[object, ...]
) -> multiprocessing.process.BaseProcess:
    worker: multiprocessing.process.BaseProcess = context.Process(  # type: ignore[attr-defined]  # every one has it
        target=_behind_the_gate, args=arguments
    )
    worker.start()
    return worker


class _Keeper:
    """Who answers."""

    def __init__(
        self, pid: int, listener: int, line: Connection, harm: Harm | None, at: int
    ) -> None:
        self._pid = pid
        self._listener = listener
        self._line = line
        self._harm = harm
        self._at = at
        self._asked = bytearray(_ASKED.size)
        self.run = Run()
        with suppress(OSError):  # newer systems only: the other side goes on at once
            fcntl.ioctl(listener, _SET_FLAGS, _WAKE_HERE)

    def keep(self, ended: int) -> None:
        """Answer until the process has ended, and hear what it still said."""
        waiting = select.poll()
        for descriptor in (self._listener, self._line.fileno(), ended):
            waiting.register(descriptor, select.POLLIN)
        until = time.monotonic() + _PATIENCE_S
        while True:
            ready = dict(waiting.poll(_PATIENCE_S * 1_000))
            if not ready or time.monotonic() > until:
                self.run.said.append((RAISED, "nothing: it hangs"))
                return
            if self._line.fileno() in ready and not self._hear():
                waiting.unregister(self._line.fileno())
            if ready.get(self._listener, 0) & select.POLLIN:
                self._answer()
            elif ended in ready:
                break
            elif self._listener in ready:
                waiting.unregister(self._listener)
        while self._line.poll() and self._hear():
            pass

    def _hear(self) -> bool:
        try:
            self.run.said.append(self._line.recv())
        except (EOFError, ConnectionResetError):
            return False
        return True

    def _answer(self) -> None:
        self._asked[:] = bytes(_ASKED.size)
        with suppress(FileNotFoundError):  # whoever asked is gone
            fcntl.ioctl(self._listener, _RECEIVE, self._asked, True)
            self._let(_ASKED.unpack(self._asked)[0])

    def _let(self, number: int) -> None:
        self.run.calls += 1
        error, flags = 0, _GO_ON
        if self._harm is not None and self.run.calls == self._at:
            if self._harm.error is None:
                os.kill(self._pid, signal.SIGKILL)  # waiting here, it never makes the call
                return
            error, flags = -self._harm.error, 0
        fcntl.ioctl(self._listener, _SEND, _ANSWER.pack(number, 0, error, flags))


def _behind_the_gate(
    work: Work, folder: str, key: str, calls: Sequence[str], line: Connection
) -> None:
    leave_memory_unlocked()
    listener = _put_up(calls)
    reduction.send_handle(line, listener, os.getppid())
    os.close(listener)
    work_and_tell(work, folder, key, line)


def work_and_tell(work: Work, folder: str, key: str, line: Connection) -> None:
    """Do it, and say of what nobody foresaw what it is."""
    try:
        work(folder, key, line)
        line.close()
    except BaseException as failure:  # noqa: BLE001  # told to who looks, whatever it is
        with suppress(OSError):
            line.send((RAISED, type(failure).__name__))
        os._exit(1)  # a trace could not even be written: calls are refused here


class _Filter(ctypes.Structure):
    """A program of the kernel's filter."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def _put_up(calls: Sequence[str]) -> int:
    """Have these calls of this process wait for an answer from now on; return the listener."""
    machine, numbers = _MACHINES[platform.machine()]
    wanted = [numbers[name] for name in calls]
    # Of another machine's calls, or of no call that is wanted: allowed.
    steps = [(_LOAD, 0, 0, 4), (_JUMP_IF_EQUAL, 0, len(wanted) + 1, machine), (_LOAD, 0, 0, 0)]
    steps += [(_JUMP_IF_EQUAL, len(wanted) - at, 0, it) for at, it in enumerate(wanted)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _NOTIFY)]
    program = b"".join(struct.pack("=HBBI", *step) for step in steps)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    laid = _Filter(len(steps), program)
    listener = _seccomp(_SET_FILTER, _NEW_LISTENER, ctypes.byref(laid))
    if listener < 0:
        raise OSError(ctypes.get_errno(), "no gate")
    return listener


def _seccomp(operation: int, flags: int, argument: object) -> int:
    _, numbers = _MACHINES[platform.machine()]
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.syscall(numbers["seccomp"], operation, flags, argument))
