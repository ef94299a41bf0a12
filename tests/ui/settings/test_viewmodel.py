"""Claire makes the laptop hers, and changes its keys without fear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.app.open_keys import OpenKeys
from desktop.config.preferences import Appearance, Preferences, PreferencesFile
from desktop.services.errors import WrongPassphrase
from desktop.services.vault_access import Unlocked
from desktop.ui.errors import sentence
from desktop.ui.settings.viewmodel import Panel, SettingsViewModel
from tests.support.inline_background import InlineBackground
from tests.support.laptop import SeededRandom
from tests.support.newcomer import CLAIRE_SAYS, CLAIRE_WILL_SAY, vault_access


@pytest.fixture
def unlocked(tmp_path: Path) -> Iterator[Unlocked]:
    unlocked, recovery = vault_access(tmp_path).create(CLAIRE_SAYS)
    vault_access(tmp_path).confirm_recovery_key(unlocked, " ".join(recovery.words()))
    yield unlocked
    unlocked.close()


@pytest.fixture
def file(tmp_path: Path) -> PreferencesFile:
    return PreferencesFile(tmp_path / "preferences.json")


@pytest.fixture
def settings(
    qapp: QApplication, tmp_path: Path, unlocked: Unlocked, file: PreferencesFile
) -> SettingsViewModel:
    keys = OpenKeys(vault_access(tmp_path), unlocked, SeededRandom())
    return SettingsViewModel(InlineBackground(), file, keys, file.read())


def _is_confirmed(unlocked: Unlocked) -> bool:
    return unlocked.vault.is_recovery_confirmed


def panel_of(settings: SettingsViewModel) -> Panel:
    return settings.state.panel


def test_a_choice_is_worn_at_once_and_remembered(
    settings: SettingsViewModel, file: PreferencesFile
) -> None:
    worn: list[Preferences] = []
    settings.preferences_changed.connect(worn.append)
    settings.choose_appearance(Appearance.DARK)
    settings.choose_text_size(150)
    settings.choose_lock_delay(10)
    expected = Preferences(Appearance.DARK, 150, 10)
    assert worn[-1] == file.read() == settings.state.preferences == expected


def test_the_same_choice_again_changes_nothing(settings: SettingsViewModel) -> None:
    worn: list[Preferences] = []
    settings.preferences_changed.connect(worn.append)
    settings.choose_lock_delay(settings.state.preferences.lock_after_min)
    assert worn == []


def test_a_choice_that_cannot_be_kept_is_worn_all_the_same(
    qapp: QApplication, tmp_path: Path, unlocked: Unlocked
) -> None:
    (tmp_path / "file").write_text("no folder")
    keeper = PreferencesFile(tmp_path / "file" / "preferences.json")
    keys = OpenKeys(vault_access(tmp_path), unlocked, SeededRandom())
    settings = SettingsViewModel(InlineBackground(), keeper, keys, Preferences())
    settings.choose_appearance(Appearance.DARK)
    assert settings.state.preferences.appearance is Appearance.DARK
    assert settings.state.problem is not None


def _choose(settings: SettingsViewModel, passphrase: str) -> None:
    settings.choice.type(passphrase)
    settings.choice.type_again(passphrase)


def test_the_new_passphrase_opens_and_the_former_no_longer(
    settings: SettingsViewModel, unlocked: Unlocked, tmp_path: Path
) -> None:
    settings.unfold(Panel.PHRASE)
    _choose(settings, CLAIRE_WILL_SAY)
    settings.change_passphrase(CLAIRE_SAYS)
    assert panel_of(settings) is Panel.NONE
    assert settings.state.note
    assert settings.choice.state.passphrase == ""
    unlocked.close()
    with pytest.raises(WrongPassphrase):
        vault_access(tmp_path).open(CLAIRE_SAYS)
    vault_access(tmp_path).open(CLAIRE_WILL_SAY).close()


def test_who_does_not_know_the_passphrase_does_not_change_it(
    settings: SettingsViewModel, tmp_path: Path, unlocked: Unlocked
) -> None:
    settings.unfold(Panel.PHRASE)
    _choose(settings, CLAIRE_WILL_SAY)
    settings.change_passphrase("une autre phrase que la sienne")
    assert settings.state.problem == sentence(WrongPassphrase())
    assert settings.choice.state.is_ready
    unlocked.close()
    vault_access(tmp_path).open(CLAIRE_SAYS).close()


def test_a_new_paper_is_typed_back_before_it_counts(
    settings: SettingsViewModel, unlocked: Unlocked
) -> None:
    settings.unfold(Panel.PAPER_ASKED)
    settings.ask_paper("une autre phrase que la sienne")
    assert settings.state.problem == sentence(WrongPassphrase())
    settings.ask_paper(CLAIRE_SAYS)
    assert panel_of(settings) is Panel.PAPER
    words = settings.paper.state.words
    assert not _is_confirmed(unlocked)
    settings.retype()
    settings.paper.type(words)
    settings.paper.check()
    assert panel_of(settings) is Panel.NONE
    assert _is_confirmed(unlocked)
    assert settings.paper.state.words == ()


def test_what_was_begun_is_forgotten_when_put_away(settings: SettingsViewModel) -> None:
    settings.unfold(Panel.PHRASE)
    _choose(settings, CLAIRE_WILL_SAY)
    settings.fold()
    assert panel_of(settings) is Panel.NONE
    assert settings.choice.state.passphrase == ""


def test_opening_in_discreet_mode_is_kept_for_the_next_time(
    settings: SettingsViewModel, file: PreferencesFile
) -> None:
    settings.start_discreet(True)
    assert file.read().starts_discreet
    settings.start_discreet(False)
    assert not file.read().starts_discreet
