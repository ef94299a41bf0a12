"""What Windows is asked for when Coffre starts, on a Windows made here: none was at hand."""

from types import SimpleNamespace
from typing import Any

from desktop.config.process import harden_on_windows, windows_shows_no_crash


class Library:
    """Notes what it is asked; refuses what this Windows does not have."""

    def __init__(self, *missing: str) -> None:
        self.asked: dict[str, tuple[Any, ...]] = {}
        self._missing = missing

    def __getattr__(self, name: str) -> Any:
        if name in self._missing:
            raise AttributeError(name)

        def ask(*values: Any) -> int:
            self.asked[name] = values
            return 1

        return ask


def windows(*missing: str) -> SimpleNamespace:
    return SimpleNamespace(
        kernel32=Library(*missing), wer=Library(*missing), advapi32=Library(*missing)
    )


TYPES = SimpleNamespace(
    c_wchar_p=lambda text: text, c_void_p=lambda value=None: value, byref=lambda value: value
)


def test_windows_is_asked_for_no_report_and_for_a_closed_memory() -> None:
    dlls = windows()
    harden_on_windows(dlls, TYPES)
    assert dlls.kernel32.asked["SetErrorMode"] == (3,)
    assert dlls.kernel32.asked["SetDllDirectoryW"] == ("",)
    assert dlls.wer.asked["WerAddExcludedApplication"][1] == 0
    rights = dlls.advapi32.asked["ConvertStringSecurityDescriptorToSecurityDescriptorW"][0]
    assert "0x101001" in rights
    # PROCESS_VM_READ is 0x10, PROCESS_DUP_HANDLE 0x40: its owner has neither.
    assert not 0x101001 & 0x50
    assert "SetKernelObjectSecurity" in dlls.advapi32.asked


def test_a_windows_that_lacks_one_of_them_starts_all_the_same() -> None:
    dlls = windows("WerSetFlags", "WerAddExcludedApplication", "SetErrorMode")
    harden_on_windows(dlls, TYPES)
    assert "SetKernelObjectSecurity" in dlls.advapi32.asked


def test_what_was_obtained_is_asked_of_windows_and_not_remembered() -> None:
    mode = SimpleNamespace(kernel32=SimpleNamespace(GetErrorMode=lambda: 3))
    assert windows_shows_no_crash(mode) is True
    assert windows_shows_no_crash(SimpleNamespace(kernel32=SimpleNamespace())) is None
