"""Who reads a follow-up being written, and what they were told: read again when it changes."""

from dataclasses import replace
from typing import NamedTuple

from desktop.services.directory import Colleague
from desktop.services.follow_up_form import FollowUpForm
from desktop.services.follow_ups import FollowUps
from desktop.services.persons import Persons
from desktop.services.timeline import TimelineLine
from desktop.ui.follow_up.state import EditorState

SAID_LIMIT = 20


class Team(NamedTuple):
    """As the store has it after a change from elsewhere."""

    form: FollowUpForm
    person_name: str
    """Empty once the dossier has left this laptop."""
    readers: tuple[Colleague, ...]
    said: tuple[TimelineLine, ...]

    def shown_on(self, state: EditorState) -> EditorState:
        """Return what the editor shows now; nothing else, if another follow-up is open since."""
        form = state.form
        if form is None or form.target != self.form.target:
            return state
        return replace(
            state,
            # Who has left this laptop is still named over what is being written about her.
            person_name=self.person_name or state.person_name,
            is_gone=not self.person_name,
            readers=self.readers,
            said=others(self.said, form),
        )


def read_team(persons: Persons, follow_ups: FollowUps, form: FollowUpForm) -> Team:
    """Read it; on the store's lane."""
    readers = {colleague.id: colleague for colleague in persons.readers(form.person)}
    said = follow_ups.timeline(form.person, limit=SAID_LIMIT)
    in_order = tuple(sorted(readers.values(), key=lambda reader: reader.name))
    return Team(form, follow_ups.person_name(form.person), in_order, tuple(said))


def others(said: tuple[TimelineLine, ...], form: FollowUpForm) -> tuple[TimelineLine, ...]:
    """What was said beside the follow-up being corrected."""
    return tuple(line for line in said if line.id != form.target)
