"""Which of the system's shared libraries Qt needs here and does not find, and who has them.

Qt's wheel brings Qt, not the X11, fontconfig or OpenGL libraries of the machine. Asking the
loader (`ldd`) finds what is missing whatever the distribution; the package names are Debian's.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

# What everything needs, a window or not (tests and `make demo` run off-screen).
NEEDED = (
    "QtWidgets.abi3.so",
    "QtSvg.abi3.so",
    "QtPrintSupport.abi3.so",
    "QtNetwork.abi3.so",
    "Qt/plugins/platforms/libqoffscreen.so",
    "lupdate",
)
# What a real window needs besides, under X11 or Wayland, and its print dialog.
FOR_A_WINDOW = (
    "Qt/plugins/platforms/libqxcb.so",
    "Qt/plugins/platforms/libqwayland.so",
    "Qt/plugins/printsupport/libcupsprintersupport.so",
)
# Debian's names follow the library's, except for these.
EXCEPTIONS = {
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libgio-2.0.so.0": "libglib2.0-0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgmodule-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libz.so.1": "zlib1g",
}

_MISSING = re.compile(r"^\s*(\S+) => not found", re.MULTILINE)
_SONAME = re.compile(r"^(lib.+?)\.so\.(\d+)")


class MissingLibraries(NamedTuple):
    """Library names (`libEGL.so.1`) that the loader does not find."""

    needed: frozenset[str]
    for_a_window: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Everything worth installing."""
        return self.needed | self.for_a_window


def missing_libraries(pyside: Path) -> MissingLibraries:
    """Ask the loader about the parts of Qt that Coffre uses; nothing is missing without `ldd`."""
    if shutil.which("ldd") is None:
        return MissingLibraries(frozenset(), frozenset())
    return MissingLibraries(
        needed=_not_found([pyside / part for part in NEEDED]),
        for_a_window=_not_found([pyside / part for part in FOR_A_WINDOW]),
    )


def names_not_found(ldd_output: str) -> frozenset[str]:
    """The libraries that `ldd` reports as not found, Qt's own left out."""
    return frozenset(n for n in _MISSING.findall(ldd_output) if not n.startswith("libQt6"))


def debian_packages(libraries: frozenset[str]) -> list[str]:
    """The Debian or Ubuntu packages that hold these libraries, sorted."""
    return sorted({_package(name) for name in libraries})


def _not_found(files: list[Path]) -> frozenset[str]:
    command = ["ldd", *(str(file) for file in files if file.exists())]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return names_not_found(result.stdout)


def _package(library: str) -> str:
    if library in EXCEPTIONS:
        return EXCEPTIONS[library]
    parts = _SONAME.match(library)
    if parts is None:
        return library  # no rule: apt will say so, and the reader knows what to look for
    name, version = parts.group(1).lower().replace("_", "-"), parts.group(2)
    return f"{name}-{version}" if name[-1].isdigit() else f"{name}{version}"
