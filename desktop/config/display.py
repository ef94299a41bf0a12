"""Whether there is anything to draw a window on.

Qt ends a program that it cannot show, with many words of its own, in English.
"""

import os
import sys
from collections.abc import Mapping

_WHERE = ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM")
"""What Qt looks at on Linux; the last one may well ask for no display at all."""


def has_display(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a window can be asked for; elsewhere than on Linux there is always somewhere."""
    return not platform.startswith("linux") or any(environment.get(name) for name in _WHERE)
