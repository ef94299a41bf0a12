"""What this computer's own account tells of its owner: the first words somebody would try.

Her login, the name the system shows for it, the computer's name. They are compared with a
passphrase in memory, and go nowhere else.
"""

import getpass
import platform
import sys
from contextlib import suppress


def account_words() -> tuple[str, ...]:
    """Return them; fewer where the system says less."""
    found = [platform.node()]
    with suppress(OSError, KeyError, ImportError):
        found.append(getpass.getuser())
    found.append(_shown_name())
    return tuple(word for word in found if word)


def _shown_name() -> str:
    """The name that the system shows for whoever is logged in."""
    if sys.platform == "win32":
        import ctypes

        display, size = 3, ctypes.c_ulong(256)
        name = ctypes.create_unicode_buffer(size.value)
        with suppress(OSError, AttributeError):
            if ctypes.windll.secur32.GetUserNameExW(display, name, ctypes.byref(size)):
                return name.value
        return ""
    import os
    import pwd

    with suppress(KeyError, OSError):
        return pwd.getpwuid(os.getuid()).pw_gecos.partition(",")[0]
    return ""
