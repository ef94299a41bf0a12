"""Starts the real program and leads it, through every process that takes over from another."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from desktop.config.folders import HOME_VARIABLE

ROOT = Path(__file__).parents[2]
_PATIENCE_S = 120.0


class Process:
    """One process of the program."""

    def __init__(self, link: socket.socket) -> None:
        self._socket = link
        self._link = link.makefile("rw", encoding="utf-8")
        hello = json.loads(self._link.readline())
        self.pid: int = hello["pid"]
        self.waits: bool = hello["waits"]

    def ask(self, do: str, **what: str) -> Any:  # whatever the puppet answers
        """Have it do something; return what it says."""
        self.tell(do, **what)
        return self.hear()

    def hear(self) -> Any:  # the same
        """Return what it answers to what it was told."""
        answer = json.loads(self._link.readline())
        assert "failed" not in answer, answer["failed"]
        return answer["said"]

    def tell(self, do: str, **what: str) -> None:
        """Same, when it may end before it answers."""
        self._link.write(json.dumps({"do": do, **what}) + "\n")
        self._link.flush()

    def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait for what is in sight to be so."""
        end = time.monotonic() + _PATIENCE_S
        seen: dict[str, Any] = self.ask("look")
        while not condition(seen):
            assert time.monotonic() < end, seen
            time.sleep(0.03)
            seen = self.ask("look")
        return seen

    def is_alive(self) -> bool:
        """Whether the process runs; a zombie does not."""
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return False
        return state != "Z"

    def kill(self) -> None:
        """End it as a power cut does."""
        os.kill(self.pid, 9)

    def wait_for_its_end(self) -> None:
        """Wait until it runs no more."""
        end = time.monotonic() + _PATIENCE_S
        while self.is_alive():
            assert time.monotonic() < end
            time.sleep(0.03)

    def close(self) -> None:
        self._link.close()
        self._socket.close()


class RealProgram:
    """The program on one home folder, until ``close``."""

    def __init__(
        self,
        home: Path,
        before: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
    ) -> None:
        """``before`` is what the program is run under, a tracer for one."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.processes: list[Process] = []
        self.port: int = self._listener.getsockname()[1]
        self._popen = subprocess.Popen(
            [*before, sys.executable, "-m", "tests.support.puppet", str(self.port)],
            cwd=cwd,
            env={
                **os.environ,
                HOME_VARIABLE: str(home),
                "QT_QPA_PLATFORM": "offscreen",
                "PYTHONPATH": str(ROOT),
                **(environment or {}),
            },
        )

    def next_process(self) -> Process:
        """Wait for one more process of the program to call."""
        self._listener.settimeout(1.0)
        for _ in range(round(_PATIENCE_S)):
            try:
                link, _ = self._listener.accept()
                break
            except TimeoutError:
                if not self.processes:
                    assert self._popen.poll() is None, "the program did not start"
        else:
            raise TimeoutError("nobody called")
        link.settimeout(_PATIENCE_S)
        process = Process(link)
        self.processes.append(process)
        return process

    def wait(self, timeout_s: float = _PATIENCE_S) -> int:
        """Wait for the first process to end."""
        return self._popen.wait(timeout_s)

    def close(self) -> None:
        """End every process of the program, and only those."""
        for process in self.processes:
            if process.is_alive():
                os.kill(process.pid, 9)
            process.close()
        self._popen.kill()
        self._popen.wait()
        self._listener.close()
