"""What this computer's own account tells of its owner."""

import platform

import pytest

from desktop.config.account_words import account_words


def test_the_login_and_the_name_of_the_computer_are_hers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "mkervoelan")
    monkeypatch.setattr(platform, "node", lambda: "PORTABLE-79-112")
    assert {"mkervoelan", "PORTABLE-79-112"} <= set(account_words())


def test_a_computer_that_says_nothing_is_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise OSError("no such user")

    monkeypatch.setattr("desktop.config.account_words.getpass.getuser", unknown)
    monkeypatch.setattr(platform, "node", lambda: "")
    assert "" not in account_words()
