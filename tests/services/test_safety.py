"""What the vault knows of its own safety."""

from datetime import timedelta

from desktop.config.safety import Control, Standing
from desktop.services.safety import look_at_vault
from tests.support.laptop import Desk


def standing(claire: Desk, control: Control) -> Standing:
    return {one.control: one.standing for one in look_at_vault(claire.store, claire.clock)}[control]


def test_a_laptop_that_was_never_at_the_office_knows_little(claire: Desk) -> None:
    for control in (Control.CLOCK, Control.BACKUP, Control.CONTACT):
        assert standing(claire, control) is Standing.UNKNOWN


def test_a_clock_that_was_set_back_is_told(claire: Desk) -> None:
    with claire.store.database.transaction():
        claire.store.state.note_contact(claire.clock.now())
    assert standing(claire, Control.CLOCK) is Standing.GOOD
    claire.clock.advance(hours=-2)
    assert standing(claire, Control.CLOCK) is Standing.LOOK


def test_a_fortnight_without_the_office_is_to_be_looked_at(claire: Desk) -> None:
    with claire.store.database.transaction():
        claire.store.state.note_contact(claire.clock.now())
    assert standing(claire, Control.CONTACT) is Standing.GOOD
    claire.clock.moment += timedelta(days=14)
    assert standing(claire, Control.CONTACT) is Standing.LOOK
