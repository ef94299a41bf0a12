"""A newcomer is told which system packages Qt misses."""

from __future__ import annotations

import pytest

from tools.qt_libraries import debian_packages, names_not_found

LDD = """\
Qt/plugins/platforms/libqxcb.so:
\tlinux-vdso.so.1 (0x00007ffd)
\tlibxcb-icccm.so.4 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)
\tlibQt6Pdf.so.6 => not found
\tlibxcb-icccm.so.4 => not found
"""


def test_the_loader_is_believed_about_the_systems_libraries_only() -> None:
    assert names_not_found(LDD) == {"libxcb-icccm.so.4"}


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libEGL.so.1", "libegl1"),
        ("libX11.so.6", "libx11-6"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libgthread-2.0.so.0", "libglib2.0-0"),
        ("libbrotlidec.so.1", "libbrotli1"),
    ],
)
def test_debian_names_the_package_after_the_library(library: str, package: str) -> None:
    assert debian_packages(frozenset({library})) == [package]


def test_two_libraries_of_one_package_ask_for_it_once() -> None:
    libraries = frozenset({"libglib-2.0.so.0", "libgthread-2.0.so.0", "libEGL.so.1"})
    assert debian_packages(libraries) == ["libegl1", "libglib2.0-0"]
