"""On Windows, what IT lays is read where the machine says, and not where a session does."""

from pathlib import PureWindowsPath

import pytest

from desktop.config.program_data import program_data_of


@pytest.mark.parametrize(
    ("registered", "windows", "place"),
    [
        (r"%SystemDrive%\ProgramData", r"C:\Windows", r"C:\ProgramData"),
        (r"%SYSTEMDRIVE%\Programmes", r"D:\Windows", r"D:\Programmes"),
        (r"E:\Donnees", r"C:\Windows", r"E:\Donnees"),
        ("", r"D:\Windows", r"D:\ProgramData"),
        ("", "", r"C:\ProgramData"),
    ],
)
def test_the_machine_says_where_its_data_are(registered: str, windows: str, place: str) -> None:
    assert program_data_of(registered, windows) == PureWindowsPath(place)


@pytest.mark.parametrize(
    "registered",
    [r"%PROGRAMDATA%", r"%USERPROFILE%\Data", r"ProgramData", r"\ProgramData", r"C:ProgramData"],
)
def test_a_folder_that_a_session_could_choose_is_not_believed(registered: str) -> None:
    assert program_data_of(registered, r"C:\Windows") == PureWindowsPath(r"C:\ProgramData")
