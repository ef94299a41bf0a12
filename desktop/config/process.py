"""What a process that will hold keys does first: no core dump, no debugger, files for its owner.

What the system does not allow is left: the cryptography stands without it.
"""

import os
import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4


def harden_process() -> None:
    """Close what would copy this process's memory somewhere; call before any key exists."""
    os.umask(0o077)
    if sys.platform == "win32":
        _exclude_from_error_reports()
        return
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _exclude_from_error_reports() -> None:
    import ctypes

    # SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX: no dialog that offers to send a dump.
    with suppress(OSError, AttributeError):
        ctypes.windll.kernel32.SetErrorMode(0x0001 | 0x0002)  # type: ignore[attr-defined,unused-ignore]  # Windows only
