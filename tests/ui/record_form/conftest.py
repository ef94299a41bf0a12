"""The form of a record on Claire's laptop."""

import pytest

from desktop.ui.changes import ChangeBoard
from desktop.ui.record_form.viewmodel import RecordFormViewModel
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk


@pytest.fixture
def model(desk: Desk, background: InlineBackground, board: ChangeBoard) -> RecordFormViewModel:
    """A form on which nothing is open yet."""
    return make_model(desk, background, board)


def make_model(desk: Desk, background: InlineBackground, board: ChangeBoard) -> RecordFormViewModel:
    keepers = {keeper.kind: keeper for keeper in (desk.relays.form, desk.mobility.form)}
    return RecordFormViewModel(background, keepers, desk.record_drafts, board, desk.clock)
