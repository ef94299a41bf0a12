"""The office has forgotten this laptop: an invitation is typed, and it is known again."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal

from desktop.sync.errors import Passing, Revoked
from desktop.ui.background import Background, Lane
from desktop.ui.errors import Problem, sentence
from desktop.ui.text import translate


@dataclass(frozen=True, slots=True)
class InvitationState:
    """What the card shows."""

    is_open: bool = False
    typed: str = field(default="", repr=False)
    is_busy: bool = False
    problem: Problem | None = None


class InvitationViewModel(QObject):
    """Presents what is typed on the network's lane; nothing is kept once it has served."""

    changed = Signal()
    answered = Signal()
    """The office knows this laptop, or has withdrawn it: a synchronisation says which."""

    def __init__(
        self,
        background: Background,
        present: Callable[[str], None],
        address: str,
        professional: str,
        parent: QObject | None = None,
    ) -> None:
        """``present`` raises what ``KnownAgain.run`` does; ``address`` is the office's.

        ``professional``: the identifier under which it may know her again.
        """
        super().__init__(parent)
        self._background = background
        self._present = present
        self.address = address
        self.professional = professional
        self._state = InvitationState()

    @property
    def state(self) -> InvitationState:
        return self._state

    def open(self) -> None:
        """Somebody has an invitation."""
        self._show(replace(self._state, is_open=True))

    def close(self) -> None:
        """Forget what was typed, unless the office is being asked about it."""
        if not self._state.is_busy:
            self._show(InvitationState())

    def type(self, typed: str) -> None:
        if typed != self._state.typed:
            self._show(replace(self._state, typed=typed, problem=None))

    def go_on(self) -> None:
        """Present it."""
        if self._state.is_open and not self._state.is_busy:
            typed = self._state.typed
            self._show(replace(self._state, is_busy=True, problem=None))
            self._background.run(
                Lane.NETWORK, lambda: self._present(typed), lambda _: self._taken(), self._failed
            )

    def _taken(self) -> None:
        self._show(InvitationState())
        self.answered.emit()

    def _failed(self, failure: Exception) -> None:
        if isinstance(failure, Revoked):
            self._taken()  # never undone by an invitation: it goes as any withdrawal
        else:
            self._show(replace(self._state, is_busy=False, problem=_problem_of(failure)))

    def _show(self, state: InvitationState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _problem_of(failure: Exception) -> Problem:
    """An invitation does not leave by itself later: the usual remedy would be a lie."""
    problem = sentence(failure)
    if isinstance(failure, Passing):
        remedy = translate("Sync", "Rien n’a changé sur ce poste\u00a0: essayez encore plus tard.")
        return Problem(problem.text, remedy)
    return problem
