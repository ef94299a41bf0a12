"""Where Windows keeps the data of the whole machine, whatever a session's environment says.

Neither ``PROGRAMDATA``, which somebody may set in her session, nor the calls that name known
folders: these unfold ``%SystemDrive%`` from the environment too. The registry of the machine says
where, in words of its own, and the kernel which drive Windows is on; users write neither.
"""

import re
import sys
from contextlib import suppress
from pathlib import Path, PureWindowsPath

_PROFILES = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
_NAME = "ProgramData"
_LONGEST = 260
_SYSTEM_DRIVE = re.compile("%SystemDrive%", re.IGNORECASE)


def program_data() -> Path:
    """Return the folder of this machine."""
    return Path(program_data_of(_registered(), _windows()))


def program_data_of(registered: str, windows: str) -> PureWindowsPath:
    """Return the folder, from what the registry says of it and from where Windows is.

    ``%SystemDrive%`` is the one variable that is believed: of a folder named by another one, or
    that is not named whole, nobody can say that users do not choose it.
    """
    drive = PureWindowsPath(windows).drive or "C:"
    named = _SYSTEM_DRIVE.sub(lambda _: drive, registered)
    place = PureWindowsPath(named)
    if "%" in named or not place.is_absolute():
        return PureWindowsPath(f"{drive}\\", _NAME)
    return place


def _registered() -> str:
    """What the registry of the machine says, its variables left as they are written."""
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _PROFILES) as key:
            return str(winreg.QueryValueEx(key, _NAME)[0])
    return ""


def _windows() -> str:
    """The folder of Windows, as the kernel knows it since it was started."""
    if sys.platform == "win32":
        import ctypes

        name = ctypes.create_unicode_buffer(_LONGEST)
        with suppress(OSError, AttributeError):
            if 0 < ctypes.windll.kernel32.GetSystemWindowsDirectoryW(name, _LONGEST) < _LONGEST:
                return name.value
    return ""
