"""A process that will hold keys closes what would copy its memory, or open its files, elsewhere."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits and modes")

_ASK = """
import resource, sys
from pathlib import Path
from desktop.config.process import harden_process
harden_process()
Path(sys.argv[1]).write_bytes(b"")
print(resource.getrlimit(resource.RLIMIT_CORE), Path(sys.argv[1]).stat().st_mode & 0o777)
"""


def hardened(file: Path, more: str = "") -> str:
    """Harden another process, and return what it says of itself."""
    done = subprocess.run(
        [sys.executable, "-c", _ASK + more, str(file)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def test_no_core_is_dumped_and_files_are_their_owners(tmp_path: Path) -> None:
    assert hardened(tmp_path / "made") == f"(0, 0) {0o600}\n"


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_another_program_of_the_same_person_cannot_read_its_memory(tmp_path: Path) -> None:
    ask = "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    assert hardened(tmp_path / "made", ask).splitlines()[-1] == "0"


def test_hardening_twice_is_no_trouble(tmp_path: Path) -> None:
    assert "(0, 0)" in hardened(tmp_path / "made", "harden_process()")
