"""Starting Coffre again does not begin the count of wrong passphrases anew."""

from desktop.app.door import VaultDoor
from desktop.config.tries import FILE_NAME, Tries, WrongTries
from desktop.ui.lock.viewmodel import LONGEST_WAIT_S, LockViewModel
from tests.support.inline_background import InlineBackground
from tests.support.newcomer import CLAIRE_SAYS, vault_access
from tests.ui.lock.conftest import Locked, Steady


def door_of(locked: Locked) -> VaultDoor:
    access = vault_access(locked.folder)
    return VaultDoor(lambda: access, tries=WrongTries(locked.folder / FILE_NAME))


def test_the_wait_goes_on_after_coffre_was_started_again(
    locked: Locked, background: InlineBackground, steady: Steady
) -> None:
    door = door_of(locked)
    lock = LockViewModel(background, door, steady)
    for _ in range(3):
        lock.open("ce n’est pas la bonne phrase")
    assert lock.state.wait_s == 2

    again = LockViewModel(background, door_of(locked), Steady())
    again.remember_tries(door.wrong_tries())
    assert not again.state.can_try
    again.tick()
    assert 0 < again.state.wait_s <= 2


def test_the_right_passphrase_begins_the_count_anew(
    locked: Locked, background: InlineBackground, steady: Steady
) -> None:
    door = door_of(locked)
    lock = LockViewModel(background, door, steady)
    lock.open("ce n’est pas la bonne phrase")
    assert door.wrong_tries().wrong == 1
    lock.open(CLAIRE_SAYS)
    assert door.wrong_tries() == Tries()
    door.take().close()


def test_however_many_were_wrong_nobody_waits_more_than_a_minute(
    locked: Locked, background: InlineBackground, steady: Steady
) -> None:
    lock = LockViewModel(background, locked.door, steady)
    lock.remember_tries(Tries(999_999, 0.0))
    assert lock.state.wait_s == LONGEST_WAIT_S


def test_a_wait_that_passed_while_coffre_was_closed_is_over(
    locked: Locked, background: InlineBackground, steady: Steady
) -> None:
    lock = LockViewModel(background, locked.door, steady)
    lock.remember_tries(Tries(20, LONGEST_WAIT_S + 1))
    assert lock.state.can_try
