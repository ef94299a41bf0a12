"""Everything a fresh machine needs before the first command, done once.

    python3 -m tools.setup_environment

makes `.venv`, installs the locked packages by hash, links the project into it and asks apt for
the system libraries Qt misses. A stamp makes the next runs a matter of milliseconds. The file
stays readable by old Pythons, so that one of them can find a newer one and hand over to it.

Settings: `PYTHON=` (to make) chooses the interpreter; `COFFRE_SETUP_APT=never` keeps apt out.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from tools.qt_libraries import MissingLibraries, debian_packages, missing_libraries

OLDEST = (3, 11)
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11", "python3.14")
INPUTS = ("requirements/dev.lock", "pyproject.toml", "tools/setup_environment.py")


class SetupRefused(Exception):
    """The machine lacks something that only its owner can give; the text says what to type."""


class Environment(NamedTuple):
    """The project's virtual environment and what it was made from."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where the virtual environment lies."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """What was installed, written last."""
        return self.folder / "coffre-environment.json"

    @property
    def pyside(self) -> Path:
        """Qt, once installed."""
        version = "python{}.{}".format(*sys.version_info[:2])
        return self.folder / "lib" / version / "site-packages" / "PySide6"

    def expected(self) -> dict[str, str]:
        """What the stamp says when nothing is left to do."""
        inputs = hashlib.sha256()
        for name in INPUTS:
            inputs.update((self.root / name).read_bytes())
        return {
            "inputs": inputs.hexdigest(),
            "python": "{}.{}".format(*sys.version_info[:2]),
            "root": str(self.root),
        }

    def recorded(self) -> dict[str, str]:
        """What the stamp says, or nothing when there is none or the interpreter has gone."""
        if not self.python.exists() or not self.stamp.exists():
            return {}
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
        except ValueError:
            return {}
        return dict(stamp) if isinstance(stamp, dict) else {}

    def part_with_anothers(self) -> None:
        """Let go of a `.venv` that is a link: emptied to be made again, it is another's that goes.

        A checkout may borrow the environment of the one beside it.
        """
        if self.folder.is_symlink():
            self.folder.unlink()


def main() -> int:
    """Bring the environment up to date; 0 when Coffre can start."""
    _hand_over_to_a_newer_python()
    environment = Environment(Path(__file__).resolve().parent.parent)
    try:
        _set_up(environment)
    except SetupRefused as refusal:
        print(f"\nCoffre cannot be set up yet: {refusal}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failure:
        print(f"\nThis command failed: {' '.join(failure.cmd)}", file=sys.stderr)
        return 1
    return 0


def _set_up(environment: Environment) -> None:
    started = time.monotonic()
    expected, recorded = environment.expected(), environment.recorded()
    if recorded != expected:
        same_place = all(recorded.get(k) == expected[k] for k in ("python", "root"))
        if not same_place and not _is_usable(environment):
            _create(environment)
        _install(environment)
        _install_system_libraries(environment)
        environment.stamp.write_text(json.dumps(expected, indent=1), encoding="utf-8")
        _say(f"Ready in {time.monotonic() - started:.0f} s; the next run starts at once.")
    elif missing_libraries(environment.pyside).needed:
        # Another machine, or a package removed since; what only a window needs was said once.
        _install_system_libraries(environment)


def _is_usable(environment: Environment) -> bool:
    """Whether the folder holds a working environment of this Python, made in this place."""
    if environment.recorded() or not environment.python.exists():
        return False
    question = "import sys, pip; print(sys.prefix); print('%d.%d' % sys.version_info[:2])"
    answer = subprocess.run(
        [str(environment.python), "-c", question], capture_output=True, text=True, check=False
    )
    wanted = [str(environment.folder), environment.expected()["python"]]
    return answer.returncode == 0 and answer.stdout.split("\n")[:2] == wanted


def _create(environment: Environment) -> None:
    if find_spec("ensurepip") is None:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        _say(f"Python comes without its venv module here: {package} has it.")
        if not _apt_install([package]):
            raise SetupRefused(f"{package} is missing. Type:\n  {_apt_line([package])}")
    _say(f"Making .venv with Python {sys.version.split()[0]}…")
    environment.part_with_anothers()
    _run([sys.executable, "-m", "venv", "--clear", str(environment.folder)])


def _install(environment: Environment) -> None:
    pip = [str(environment.python), "-m", "pip", "install", "-qq", "--no-input"]
    pip += ["--disable-pip-version-check", "--root-user-action=ignore"]
    _say("Installing the locked packages (about 600 MB on disk, each checked by its hash)…")
    lock = environment.root / "requirements" / "dev.lock"
    _run([*pip, "--require-hashes", "--requirement", str(lock)])
    # The build backend is one of the locked packages: nothing else is fetched to link the project.
    _run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(environment.root)])


def _install_system_libraries(environment: Environment) -> None:
    missing = missing_libraries(environment.pyside)
    if not missing.all:
        return
    packages = debian_packages(missing.all)
    _say(f"System packages that Qt needs here: {' '.join(packages)}")
    if _apt_install(packages):
        missing = missing_libraries(environment.pyside)
    _report(missing)


def _report(missing: MissingLibraries) -> None:
    """Stop when nothing of Qt can start; say so and go on when only a window cannot."""
    if missing.needed:
        line = _apt_line(debian_packages(missing.all))
        raise SetupRefused(f"Qt misses {' '.join(sorted(missing.needed))}. Type:\n  {line}")
    if missing.for_a_window:
        line = _apt_line(debian_packages(missing.for_a_window))
        _say(f"Everything works off-screen; before opening a window, type:\n  {line}")


def _apt_install(packages: list[str]) -> bool:
    """Install by apt when this user may without being asked anything; whether it was done."""
    prefix = _root_prefix()
    if prefix is None or shutil.which("apt-get") is None:
        return False
    _say("Installing them by apt…")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    install = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    if _succeeds(install):
        return True
    _say("apt does not find everything: reading its lists again…")
    return _succeeds([*apt, "update"]) and _succeeds(install)


def _root_prefix() -> list[str] | None:
    if os.environ.get("COFFRE_SETUP_APT") == "never":
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def _apt_line(packages: list[str]) -> str:
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get install --no-install-recommends {' '.join(packages)}"


def _succeeds(command: list[str]) -> bool:
    result = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return result.returncode == 0


def _run(command: list[str]) -> None:
    subprocess.run(command, stdin=subprocess.DEVNULL, check=True)


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def _hand_over_to_a_newer_python() -> None:
    """Run again under a Python that is new enough, when the one at hand is not."""
    if sys.version_info[:2] >= OLDEST:
        return
    for name in NEWER_PYTHONS:
        python = shutil.which(name)
        if python and _succeeds([python, "-c", "pass"]):
            os.execv(python, [python, "-m", "tools.setup_environment"])
    wanted = "{}.{}".format(*OLDEST)
    print(f"Coffre needs Python {wanted} or newer; `make PYTHON=/path/to/python` names one.")
    sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())
