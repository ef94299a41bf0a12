"""Keeps Python 3.11 alive beside a Qt built for later ones.

PySide6 6.12 is built as if `None`, `True` and `False` could never die, which is so since Python
3.12 (PEP 683). On 3.11 each call that answers one of them takes a reference that was never given:
after some thousands of calls the interpreter stops with « deallocating None ».
"""

import ctypes
import sys

_PLENTY = 1 << 40
"""References: more than a laptop could lose in years."""
_IMMORTAL_SINCE = (3, 12)


def keep_constants_alive() -> None:
    """Give the constants more references than Qt will ever take; call it before Qt is used."""
    if sys.version_info >= _IMMORTAL_SINCE:
        return
    for constant in (None, True, False, NotImplemented, ...):
        if sys.getrefcount(constant) < _PLENTY:
            # The count of references is the first field of every object (CPython, object.h).
            ctypes.c_ssize_t.from_address(id(constant)).value += _PLENTY
