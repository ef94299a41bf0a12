"""The door opens to its owner, and says to anybody else only why it stays shut."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.crypto.errors import DamagedHeader, RecoveryProblem, WrongPassphrase, WrongRecoveryKey
from desktop.services.errors import StoreInUse
from desktop.ui.background import Lane
from desktop.ui.errors import sentence
from desktop.ui.lock.viewmodel import FREE_TRIES, LONGEST_WAIT_S, LockViewModel, Page
from tests.support.inline_background import InlineBackground
from tests.support.newcomer import CLAIRE_SAYS, CLAIRE_WILL_SAY, vault_access
from tests.ui.lock.conftest import Locked, Steady


def page_of(lock: LockViewModel) -> Page:
    return lock.state.page


def test_the_right_passphrase_opens(lock: LockViewModel, locked: Locked, qtbot: QtBot) -> None:
    with qtbot.waitSignal(lock.opened, timeout=0):
        lock.open(CLAIRE_SAYS)
    locked.door.take().close()


def test_a_wrong_passphrase_is_told_in_place(lock: LockViewModel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(lock.opened), qtbot.waitSignal(lock.refused, timeout=0):
        lock.open("une autre phrase que la sienne")
    assert lock.state.problem == sentence(WrongPassphrase()).whole
    assert lock.state.can_try


def test_an_empty_field_is_not_a_try(lock: LockViewModel, background: InlineBackground) -> None:
    lock.open("")
    assert background.asked == []
    assert lock.state.problem


def test_the_key_is_derived_on_the_stores_lane_while_the_window_waits(
    lock: LockViewModel, background: InlineBackground
) -> None:
    background.hold()
    lock.open(CLAIRE_SAYS)
    assert lock.state.is_busy
    lock.open(CLAIRE_SAYS)
    assert background.asked == [Lane.STORE]
    background.release()
    # What stands behind takes a moment to be shown: nobody is invited to try again meanwhile.
    assert lock.state.is_busy


class Shut:
    """A door that refuses for one reason, at no cost."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure
        self.tries = 0

    def open(self, passphrase: str) -> None:
        self.tries += 1
        raise self.failure

    def open_with_paper(self, words: str, new_passphrase: str) -> None:
        self.tries += 1
        raise self.failure

    def offers_code(self) -> bool:
        return False

    def open_with_code(self, code: str) -> None:
        self.tries += 1
        raise self.failure

    def rate(self, passphrase: str) -> object: ...

    def propose(self) -> str:
        return ""


def _before(failure: Exception, steady: Steady) -> tuple[LockViewModel, Shut]:
    door = Shut(failure)
    return LockViewModel(InlineBackground(), door, steady), door  # type: ignore[arg-type]  # never rates


def test_mistyping_twice_costs_nothing(qapp: object, steady: Steady) -> None:
    lock, _ = _before(WrongPassphrase(), steady)
    for _ in range(FREE_TRIES - 1):
        lock.open("non")
    assert lock.state.wait_s == 0


def test_guessing_takes_longer_and_longer(qapp: object, steady: Steady) -> None:
    lock, door = _before(WrongPassphrase(), steady)
    waits = []
    for _ in range(10):
        lock.open("non")
        waits.append(lock.state.wait_s)
        steady.at += lock.state.wait_s
        lock.tick()
    assert waits == [0, 0, 2, 4, 8, 16, 32, LONGEST_WAIT_S, LONGEST_WAIT_S, LONGEST_WAIT_S]
    assert door.tries == 10


def test_nothing_is_tried_during_the_wait(qapp: object, steady: Steady) -> None:
    lock, door = _before(WrongPassphrase(), steady)
    for _ in range(FREE_TRIES + 3):
        lock.open("non")
    assert door.tries == FREE_TRIES
    steady.at += 1.5
    lock.tick()
    assert lock.state.wait_s == 1
    steady.at += 0.5
    lock.tick()
    lock.open("non")
    assert door.tries == FREE_TRIES + 1


def test_the_wait_ends_by_itself(qapp: object, steady: Steady, qtbot: QtBot) -> None:
    lock, _ = _before(WrongPassphrase(), steady)
    for _ in range(FREE_TRIES):
        lock.open("non")
    steady.at += 2
    with qtbot.waitSignal(lock.changed):
        pass
    assert lock.state.can_try


@pytest.mark.parametrize("failure", [DamagedHeader(), StoreInUse()])
def test_what_is_not_the_persons_fault_delays_nobody(
    qapp: object, steady: Steady, failure: Exception
) -> None:
    lock, _ = _before(failure, steady)
    for _ in range(6):
        lock.open("oui")
    assert lock.state.wait_s == 0
    assert lock.state.problem == sentence(failure).whole


def test_a_second_coffre_on_the_vault_is_told(lock: LockViewModel, locked: Locked) -> None:
    first = vault_access(locked.folder).open(CLAIRE_SAYS)
    lock.open(CLAIRE_SAYS)
    assert lock.state.problem == sentence(StoreInUse()).whole
    first.close()


def test_the_paper_opens_and_brings_a_new_passphrase(
    lock: LockViewModel, locked: Locked, qtbot: QtBot
) -> None:
    lock.show_paper()
    lock.choice.type(CLAIRE_WILL_SAY)
    lock.choice.type_again(CLAIRE_WILL_SAY)
    with qtbot.waitSignal(lock.opened, timeout=0):
        lock.open_with_paper(" ".join(locked.words))
    assert lock.choice.state.passphrase == ""
    assert page_of(lock) is Page.DOOR
    locked.door.take().close()
    vault_access(locked.folder).open(CLAIRE_WILL_SAY).close()


def test_a_wrong_word_of_the_paper_is_pointed_at(lock: LockViewModel, locked: Locked) -> None:
    lock.show_paper()
    lock.choice.type(CLAIRE_WILL_SAY)
    lock.choice.type_again(CLAIRE_WILL_SAY)
    lock.open_with_paper(" ".join((*locked.words[:8], "ordinateurs", *locked.words[9:])))
    assert lock.state.wrong_word == 9
    failure = WrongRecoveryKey(RecoveryProblem.UNKNOWN_WORD, 9)
    assert lock.state.problem == sentence(failure).whole
    assert lock.choice.state.is_ready


def test_leaving_the_paper_forgets_what_was_chosen_there(lock: LockViewModel) -> None:
    lock.show_paper()
    lock.choice.type(CLAIRE_WILL_SAY)
    lock.leave_paper()
    assert lock.choice.state.passphrase == ""
    assert page_of(lock) is Page.DOOR


def test_a_vault_whose_inside_cannot_be_shown_says_so_and_can_be_tried_again(
    lock: LockViewModel,
) -> None:
    lock.open(CLAIRE_SAYS)
    lock.tell(StoreInUse())
    assert lock.state.problem == sentence(StoreInUse()).whole
    assert lock.state.can_try
