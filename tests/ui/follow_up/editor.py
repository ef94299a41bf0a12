"""Claire’s follow-up editor and what stands behind it."""

from dataclasses import dataclass, replace

from desktop.ui.changes import ChangeBoard
from desktop.ui.follow_up.viewmodel import FollowUpViewModel
from protocol.ids import AppointmentId, PersonId
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk


@dataclass
class Editor:
    """Claire's editor, open on Yves’s appointment."""

    desk: Desk
    background: InlineBackground
    board: ChangeBoard
    model: FollowUpViewModel
    person: PersonId
    appointment: AppointmentId

    def type(self, **texts: str) -> None:
        self.model.edit(replace(self.model.form, **texts))  # type: ignore[arg-type]  # texts only

    def again(self) -> FollowUpViewModel:
        """What a second start of Coffre would show."""
        model = make_model(self.desk, InlineBackground(), ChangeBoard())
        model.open_new(self.person, self.appointment)
        return model


def make_model(desk: Desk, background: InlineBackground, board: ChangeBoard) -> FollowUpViewModel:
    return FollowUpViewModel(
        background,
        desk.follow_ups,
        desk.persons,
        desk.directory,
        desk.agenda,
        board,
        desk.clock,
    )
