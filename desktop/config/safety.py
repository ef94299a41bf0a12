"""What this computer does for what it holds, as far as can be told without its administrator.

Each question is asked of the system itself, never of the network; an answer that is not there is
« unknown », which is no better than it sounds. For the store's lane: some of it waits for a disk.
"""

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.config.policy import Policy, read_policy
from desktop.config.process import Protections, protections

LONGEST_GOOD_DELAY_MIN = 5
_SYS = Path("/sys/dev/block")
_MOUNTS = Path("/proc/self/mountinfo")
_PATIENCE_S = 5.0
_BITLOCKER = r"SYSTEM\CurrentControlSet\Control\BitLockerStatus"


class Control(StrEnum):
    """What is looked at, in the order it is told."""

    DISK = "disk"
    DUMPS = "dumps"
    MEMORY = "memory"
    FOLDER = "folder"
    POLICY = "policy"
    DELAY = "delay"
    CODE = "code"
    CLOCK = "clock"
    BACKUP = "backup"
    CONTACT = "contact"


class Standing(StrEnum):
    """How it stands."""

    GOOD = "good"
    LOOK = "look"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One control and how it stands; ``number`` is minutes, hours or days, where there are some.

    ``words`` are those of a file of this computer that the remedy has to tell.
    """

    control: Control
    standing: Standing
    number: int | None = None
    words: tuple[str, ...] = ()


def look_at_computer(vault: Path, lock_after_min: int) -> tuple[Finding, ...]:
    """Return what can be told without opening the vault."""
    got: Protections = protections()
    delay = Standing.GOOD if lock_after_min <= LONGEST_GOOD_DELAY_MIN else Standing.LOOK
    return (
        Finding(Control.DISK, _standing(disk_is_encrypted(vault))),
        Finding(Control.DUMPS, _standing(got.no_dumps)),
        Finding(Control.MEMORY, _standing(got.closed_memory)),
        Finding(Control.FOLDER, _standing(folder_is_closed(vault))),
        _policy(read_policy()),
        Finding(Control.DELAY, delay, lock_after_min),
    )


def _policy(policy: Policy) -> Finding:
    is_good = policy.problem is None and not policy.unknown
    return Finding(Control.POLICY, _standing(is_good), words=policy.unknown)


def folder_is_closed(folder: Path) -> bool | None:
    """Tell whether nobody else of this computer reads the folder, nor what is in it."""
    if sys.platform == "win32":
        return None  # lists of rights: its profile's
    try:
        held = [folder.stat(), *(path.stat() for path in folder.iterdir())]
    except OSError:
        return None
    return not stat.S_IMODE(held[0].st_mode) & 0o077 and all(
        one.st_uid == os.getuid() for one in held
    )


def disk_is_encrypted(folder: Path) -> bool | None:
    """Tell whether the system encrypts the disk that holds the folder."""
    if sys.platform == "win32":
        return _bitlocker()
    if sys.platform == "darwin":
        return filevault(_answer("/usr/bin/fdesetup", "status"))
    return linux_disk(folder)


def linux_disk(folder: Path, devices: Path = _SYS, mounts: Path = _MOUNTS) -> bool | None:
    """Same, on Linux: whether a layer of dm-crypt lies below the folder."""
    try:
        number = folder.stat().st_dev
        device = devices / f"{os.major(number)}:{os.minor(number)}"
        if os.major(number) == 0:  # btrfs and the like: many devices, of which one is mounted
            source = _source(mounts.read_text("utf-8", "replace"), number)
            held = os.stat(source).st_rdev if source.startswith("/dev/") else 0
            device = devices / f"{os.major(held)}:{os.minor(held)}"
        if not device.exists():
            return None
        return any(_is_crypt(layer) for layer in _layers(device.resolve()))
    except OSError:
        return None


def filevault(said: str) -> bool | None:
    """Read what ``fdesetup status`` says."""
    if "FileVault is On" in said:
        return True
    return False if "FileVault is Off" in said else None


def _layers(device: Path) -> Iterator[Path]:
    yield device
    # Of a partition, the disk it is a part of has no layers of its own.
    below = device / "slaves"
    for layer in sorted(below.iterdir()) if below.is_dir() else ():
        yield from _layers(layer.resolve())


def _is_crypt(device: Path) -> bool:
    try:
        return (device / "dm" / "uuid").read_text("ascii").startswith("CRYPT-")
    except OSError:
        return False


def _source(mounts: str, number: int) -> str:
    wanted = f"{os.major(number)}:{os.minor(number)}"
    for line in mounts.splitlines():
        fields, _, rest = line.partition(" - ")
        if fields.split()[2:3] == [wanted]:
            return rest.split()[1]
    return ""


def _answer(*command: str) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, timeout=_PATIENCE_S, text=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout


def _bitlocker() -> bool | None:
    """What Windows noted when it started: its own tool answers administrators alone."""
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _BITLOCKER) as key:
            return bool(winreg.QueryValueEx(key, "BootStatus")[0])
    return None


def _standing(is_good: bool | None) -> Standing:
    if is_good is None:
        return Standing.UNKNOWN
    return Standing.GOOD if is_good else Standing.LOOK


Probe = Callable[[], tuple[Finding, ...]]
"""What the page asks, on the store's lane."""
