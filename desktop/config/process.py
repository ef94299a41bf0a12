"""What a process that will hold keys does first: no core dump, no debugger, files for its owner.

What the system does not allow is left: the cryptography stands without it. What Windows and macOS
are asked for was written from their documents and not tried on them; the page « Diagnostic de
sécurité » says what was obtained.
"""

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

_PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 3, 4
_PT_DENY_ATTACH = 31
_SEM_FAILCRITICALERRORS, _SEM_NOGPFAULTERRORBOX = 0x0001, 0x0002
_WER_NO_HEAP = 1
_DACL_SECURITY_INFORMATION = 4
_OWNER_MAY_END_IT = "D:P(A;;0x101001;;;OW)(A;;GA;;;SY)"
"""Its owner may wait for it, ask how it does and end it; nobody but the system reads its memory."""


@dataclass(frozen=True, slots=True)
class Protections:
    """What this process obtained of its system; ``None`` where it cannot tell."""

    no_dumps: bool | None
    """A crash writes its memory nowhere."""
    closed_memory: bool | None
    """No other program of the same person reads its memory."""


def harden_process() -> None:
    """Close what would copy this process's memory somewhere; call before any key exists."""
    os.umask(0o077)
    if sys.platform == "win32":
        import ctypes

        harden_on_windows(ctypes.windll, ctypes)
        return
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _call("prctl", _PR_SET_DUMPABLE, 0, 0, 0, 0)
    elif sys.platform == "darwin":
        _call("ptrace", _PT_DENY_ATTACH, 0, 0, 0)


def protections() -> Protections:
    """Return what was obtained, as the system tells it now."""
    if sys.platform == "win32":
        import ctypes

        return Protections(no_dumps=windows_shows_no_crash(ctypes.windll), closed_memory=None)
    import resource

    no_dumps = resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    if sys.platform != "linux":
        return Protections(no_dumps, closed_memory=None)
    return Protections(no_dumps, closed_memory=_call("prctl", _PR_GET_DUMPABLE, 0, 0, 0, 0) == 0)


def harden_on_windows(dlls: Any, types: Any) -> None:  # ctypes.windll and ctypes: known there only
    """Have Windows keep no image of this process, and close its memory to other programs."""
    kernel = dlls.kernel32
    with suppress(OSError, AttributeError):
        kernel.SetErrorMode(_SEM_FAILCRITICALERRORS | _SEM_NOGPFAULTERRORBOX)
    with suppress(OSError, AttributeError):
        kernel.WerSetFlags(_WER_NO_HEAP)
    with suppress(OSError, AttributeError):
        dlls.wer.WerAddExcludedApplication(types.c_wchar_p(os.path.basename(sys.executable)), 0)
    with suppress(OSError, AttributeError):
        # A library planted in the folder Coffre is started from is not loaded.
        kernel.SetDllDirectoryW(types.c_wchar_p(""))
    with suppress(OSError, AttributeError):
        _close_memory_on_windows(dlls, types)


def windows_shows_no_crash(dlls: Any) -> bool | None:  # ctypes.windll: known there only
    """Tell whether Windows offers no report of a crash of this process."""
    try:
        return bool(dlls.kernel32.GetErrorMode() & _SEM_NOGPFAULTERRORBOX)
    except (OSError, AttributeError):
        return None


def _close_memory_on_windows(dlls: Any, types: Any) -> None:  # same
    descriptor = types.c_void_p()
    made = dlls.advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW(
        types.c_wchar_p(_OWNER_MAY_END_IT), 1, types.byref(descriptor), None
    )
    if not made:
        return
    try:
        current = types.c_void_p(-1)  # GetCurrentProcess's own name for it
        dlls.advapi32.SetKernelObjectSecurity(current, _DACL_SECURITY_INFORMATION, descriptor)
    finally:
        dlls.kernel32.LocalFree(descriptor)


def _call(name: str, *numbers: int) -> int | None:
    import ctypes

    with suppress(OSError, AttributeError):
        return int(getattr(ctypes.CDLL(None), name)(*numbers))
    return None
