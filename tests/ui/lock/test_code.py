"""The lock where a short code is offered: the code first, the passphrase always within reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from desktop.app.door import VaultDoor
from desktop.app.short_way import ShortWay
from desktop.config.tries import FILE_NAME, WrongTries
from desktop.services.quick_unlock import QuickUnlock
from desktop.ui.lock import LockView, LockViewModel
from desktop.ui.lock.code_view import CodeEntry
from desktop.ui.lock.viewmodel import Page
from tests.support.accessibility import assert_accessible
from tests.support.code_laptop import CODE, OTHER, Laptop, chosen, laptop
from tests.support.inline_background import InlineBackground
from tests.support.newcomer import CLAIRE_SAYS
from tests.ui.lock.conftest import Steady

__all__ = ["chosen", "laptop"]


@dataclass
class Offers:
    """The part of a short way that a door asks."""

    laptop: Laptop

    def is_offered(self) -> bool:
        return self.laptop.quick.is_offered()

    def at_lock(self) -> QuickUnlock:
        return self.laptop.quick


@dataclass
class Lock:
    """What stands before somebody."""

    laptop: Laptop
    door: VaultDoor
    steady: Steady
    model: LockViewModel
    view: LockView

    @property
    def entry(self) -> CodeEntry:
        assert isinstance(self.view.code, CodeEntry)
        return self.view.code

    def type(self, code: str) -> None:
        """Wait as long as it takes, type a code, press Enter."""
        self.steady.at += 100
        self.model.tick()
        self.entry.field.line.setText(code)
        self.entry.open_button.click()


@pytest.fixture
def lock(
    laptop: Laptop, qtbot: QtBot, background: InlineBackground, steady: Steady
) -> Iterator[Lock]:
    tries = WrongTries(laptop.folder / FILE_NAME)
    # Two methods of a short way are all that a door asks.
    short_way = cast(ShortWay, Offers(laptop))
    door = VaultDoor(lambda: laptop.access, tries=tries, short_way=short_way)
    model = LockViewModel(background, door, steady)
    view = LockView(model, "1.0")
    qtbot.addWidget(view)
    view.resize(1366, 768)
    view.show()
    model.look_for_code()
    yield Lock(laptop, door, steady, model, view)
    try:
        door.take().close()
    except LookupError:
        return


def test_the_code_is_asked_first_and_the_phrase_is_one_press_away(lock: Lock) -> None:
    assert lock.entry.isVisible()
    assert not lock.view.field.isVisible()
    assert_accessible(lock.view)
    lock.entry.phrase_button.click()
    assert lock.view.field.isVisible()
    assert_accessible(lock.view)
    lock.view.code_button.click()
    assert lock.entry.isVisible()
    lock.type(CODE)
    unlocked = lock.door.take()
    assert unlocked.was_quick
    unlocked.close()


def test_wrong_codes_are_counted_down_wait_longer_and_end_at_the_phrase(lock: Lock) -> None:
    told = []
    for _ in range(4):
        lock.type(OTHER)
        told.append(lock.model.state.problem)
        assert lock.entry.field.value == ""
    assert ["4" in told[0], "3" in told[1], "2" in told[2], "1 essai " in told[3]] == [True] * 4
    assert lock.model.state.wait_s > 0
    assert lock.door.wrong_tries().wrong == 4
    lock.type(OTHER)
    assert lock.model.state.page is Page.DOOR
    assert not lock.view.code_button.isVisible()
    spent = lock.model.state.problem
    lock.steady.at += 100
    lock.model.tick()
    lock.model.open(CLAIRE_SAYS)
    assert lock.door.wrong_tries().wrong == 0
    lock.door.take().close()
    assert "code court" in spent


def test_the_same_words_whatever_ended_it(lock: Lock) -> None:
    lock.laptop.clock.advance(hours=5)
    lock.type(CODE)
    over = lock.model.state.problem
    assert lock.model.state.page is Page.DOOR
    assert "code court" in over
    for reason in ("heure", "essai", "trousseau", "fichier"):
        assert reason not in over


def test_who_types_a_passphrase_is_not_interrupted(lock: Lock) -> None:
    lock.model.leave_code()
    lock.view.field.line.setText("trois moi")
    lock.model.look_for_code()
    assert lock.view.field.isVisible()
    assert lock.view.field.value == "trois moi"


def test_who_turned_to_the_passphrase_is_left_there(lock: Lock) -> None:
    lock.model.leave_code()
    lock.model.look_for_code()
    assert lock.view.field.isVisible()
    assert lock.view.code_button.isVisible()


def test_a_silent_keyring_is_told_until_she_has_read_it(lock: Lock) -> None:
    lock.laptop.keyring.is_gone = True
    lock.type(CODE)
    lock.model.look_for_code()
    assert lock.view.field.isVisible()
    assert "trousseau" in lock.model.state.problem
    lock.laptop.keyring.is_gone = False
    lock.view.code_button.click()
    lock.type(CODE)
    lock.door.take().close()


def test_what_the_disk_refused_is_told_beside_the_phrase(lock: Lock) -> None:
    assert lock.entry.isVisible()
    lock.model.tell_unwritten()
    assert lock.view._unwritten.isVisible()
    lock.model.look_for_code()
    assert lock.view._unwritten.isVisible()


def test_a_code_is_not_kept_in_a_field_that_is_left(lock: Lock) -> None:
    lock.entry.field.line.setText(CODE)
    lock.entry.phrase_button.click()
    assert lock.entry.field.value == ""
