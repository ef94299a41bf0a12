"""Leads through the first run, one question at a time; what was typed is never asked again."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.sync.errors import AddressRefused, InvitationRefused, Passing
from desktop.ui.background import Background, Lane
from desktop.ui.errors import Problem, sentence
from desktop.ui.first_run.identity import IdentityQuestion, Way
from desktop.ui.first_run.ports import (
    FirstRun,
    Joining,
    Progress,
    Resumed,
    Stage,
    Standing,
    Welcome,
)
from desktop.ui.keys.paper_key import PaperKey, Words
from desktop.ui.keys.passphrase_choice import PassphraseChoice
from desktop.ui.text import translate

T = TypeVar("T")
_BEGINNING = Progress(Stage.KEYS)


class Step(StrEnum):
    """The questions, in their order."""

    OFFICE = "office"
    INVITATION = "invitation"
    IDENTITY = "identity"
    """Only of somebody who has a laptop already."""
    PHRASE = "phrase"
    PAPER = "paper"
    RETYPE = "retype"
    ENROLMENT = "enrolment"
    DONE = "done"


@dataclass(frozen=True)
class FirstRunState:
    """What the wizard shows, beside the passphrase and the paper, which hold their own."""

    step: Step
    address: str = ""
    invitation: str = field(default="", repr=False)
    found: str = ""
    """The office that answered at `address`."""
    has_vault: bool = False
    is_busy: bool = False
    problem: Problem | None = None
    progress: Progress = _BEGINNING
    welcome: Welcome | None = None

    @property
    def first_name(self) -> str:
        return self.welcome.name.split(" ")[0] if self.welcome else ""


class FirstRunViewModel(QObject):
    """`finished` when the laptop is enrolled and its owner has been greeted."""

    changed = Signal()
    finished = Signal()
    _told = Signal(object)

    def __init__(
        self,
        background: Background,
        first_run: FirstRun,
        resumed: Resumed | None = None,
        parent: QObject | None = None,
    ) -> None:
        """With `resumed`, an earlier first run goes on from its paper."""
        super().__init__(parent)
        self._background = background
        self._first_run = first_run
        self.choice = PassphraseChoice(background, first_run, self)
        self.paper = PaperKey(background, first_run.confirm, self)
        self.identity = IdentityQuestion(background, first_run, self)
        self._state = FirstRunState(Step.OFFICE)
        self.choice.changed.connect(self.changed)
        self.paper.changed.connect(self.changed)
        self.paper.confirmed.connect(self._paper_is_proved)
        self.identity.changed.connect(self.changed)
        self.identity.found.connect(lambda: self._go(Step.PHRASE))
        self.identity.differed.connect(self._words_differed)
        # From the network's lane to the window's thread, through Qt's queue.
        self._told.connect(self._progressed)
        if resumed is not None:
            self._resume(resumed)

    @property
    def state(self) -> FirstRunState:
        return self._state

    @property
    def is_busy(self) -> bool:
        return self._state.is_busy or self.paper.state.is_busy

    @property
    def can_go_on(self) -> bool:
        """Whether « Continuer » would do something; a wrong answer is told, not forbidden."""
        if self.is_busy:
            return False
        if self._state.step is Step.PHRASE:
            return self.choice.state.is_ready
        return self._state.step is not Step.IDENTITY or self.identity.can_go_on

    @property
    def can_go_back(self) -> bool:
        return not self.is_busy and self._step_before() is not None

    def type_address(self, typed: str) -> None:
        if typed != self._state.address:
            self._show(replace(self._state, address=typed, found="", problem=None))

    def type_invitation(self, typed: str) -> None:
        if typed != self._state.invitation:
            self._show(replace(self._state, invitation=typed, problem=None))

    def go_back(self) -> None:
        before = self._step_before()
        if self._state.step is Step.IDENTITY and self.identity.can_go_back:
            self.identity.choose(Way.CHOICE)
        elif before is not None and not self.is_busy:
            self.identity.stop()
            self._show(replace(self._state, step=before, problem=None))

    def go_on(self) -> None:
        if self.can_go_on:
            _ACTS[self._state.step](self)

    def renew_paper(self) -> None:
        """The paper is lost, or was never printed: another key takes its place."""
        self._run(Lane.STORE, self._first_run.renew_paper, self._show_paper)

    # -- one answer after the other ------------------------------------------------------------

    def _find_office(self) -> None:
        typed = self._state.address
        if self._state.found:
            self._go(Step.INVITATION)
        else:
            self._run(Lane.NETWORK, lambda: self._first_run.find_office(typed), self._office_found)

    def _office_found(self, address: str) -> None:
        self._go(Step.INVITATION, address=address, found=address)

    def _check_invitation(self) -> None:
        typed = self._state.invitation
        self._run(
            Lane.STORE, lambda: self._first_run.check_invitation(typed), self._invitation_read
        )

    def _invitation_read(self, invitation: str) -> None:
        self._show(replace(self._state, invitation=invitation))
        if self._state.has_vault:
            self._enrol()
        else:
            joining = self._joining()
            self._run(Lane.NETWORK, lambda: self._first_run.look(joining), self._looked)

    def _looked(self, standing: Standing) -> None:
        if standing.is_known:
            self._go(Step.IDENTITY)
            self.identity.begin(standing)
        else:
            self._go(Step.PHRASE)

    def _words_differed(self) -> None:
        problem = Problem(
            translate(
                "FirstRun",
                "Les mots diffèrent\u00a0: rien n’a été donné ni repris, cette invitation est à "
                "jeter.",
            ),
            translate(
                "FirstRun",
                "Recommencez depuis l’autre ordinateur\u00a0; si cela revient, prévenez "
                "l’informatique.",
            ),
        )
        self._show(replace(self._state, step=Step.INVITATION, invitation="", problem=problem))

    def _create(self) -> None:
        passphrase, joining = self.choice.state.passphrase, self._joining()
        self._run(Lane.STORE, lambda: self._first_run.create(passphrase, joining), self._show_paper)

    def _show_paper(self, words: Words) -> None:
        self.choice.forget()
        self.paper.begin(words)
        self._go(Step.PAPER, has_vault=True)

    def _leave_paper(self) -> None:
        if self.paper.state.words:
            self._go(Step.RETYPE)
        else:
            self.renew_paper()

    def _paper_is_proved(self) -> None:
        joining = self._joining()
        if joining.address and joining.invitation:
            self._enrol()
        else:
            self._go(Step.INVITATION if joining.address else Step.OFFICE)

    def _enrol(self) -> None:
        joining = self._joining()
        self._go(Step.ENROLMENT, progress=_BEGINNING)
        self._run(
            Lane.NETWORK, lambda: self._first_run.enrol(joining, self._told.emit), self._enrolled
        )

    def _progressed(self, progress: Progress) -> None:
        self._show(replace(self._state, progress=progress))

    def _enrolled(self, welcome: Welcome) -> None:
        self._go(Step.DONE, welcome=welcome, invitation="")

    def _resume(self, resumed: Resumed) -> None:
        joining = resumed.joining
        self._state = replace(
            self._state,
            step=_first_step(resumed),
            has_vault=True,
            address=joining.address,
            found=joining.address,
            invitation=joining.invitation,
        )
        if not resumed.is_paper_confirmed:
            self.renew_paper()

    # -- common to all of them -----------------------------------------------------------------

    def _joining(self) -> Joining:
        return Joining(self._state.found or self._state.address, self._state.invitation)

    def _step_before(self) -> Step | None:
        """Nothing leads back before the vault once it exists."""
        step, has_vault = self._state.step, self._state.has_vault
        if step is Step.INVITATION:
            return Step.OFFICE
        if step in (Step.PHRASE, Step.IDENTITY):
            return Step.INVITATION
        if step is Step.RETYPE and self.paper.state.words:
            return Step.PAPER
        return Step.INVITATION if step is Step.ENROLMENT and has_vault else None

    def _run(self, lane: Lane, work: Callable[[], T], on_done: Callable[[T], None]) -> None:
        def done(answer: T) -> None:
            self._show(replace(self._state, is_busy=False))
            on_done(answer)

        self._show(replace(self._state, is_busy=True, problem=None))
        self._background.run(lane, work, done, self._failed)

    def _failed(self, failure: Exception) -> None:
        """Said where it can be mended: a refused invitation is mended on its own page."""
        step = self._state.step
        if step is Step.ENROLMENT and isinstance(failure, InvitationRefused):
            step = Step.INVITATION
        elif step is Step.ENROLMENT and isinstance(failure, AddressRefused):
            step = Step.OFFICE
        self._show(replace(self._state, step=step, is_busy=False, problem=_problem_of(failure)))

    def _go(self, step: Step, **changes: object) -> None:
        self._show(replace(self._state, step=step, problem=None, **changes))  # type: ignore[arg-type]  # fields of the state

    def _show(self, state: FirstRunState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _first_step(resumed: Resumed) -> Step:
    """Where an earlier first run goes on; the paper is asked for only when it is still needed."""
    if not resumed.is_paper_confirmed:
        return Step.PAPER
    if not resumed.is_prepared:
        return Step.RETYPE
    return Step.INVITATION if resumed.joining.address else Step.OFFICE


def _problem_of(failure: Exception) -> Problem:
    """Without the office nothing can be kept for later yet: the usual remedy would be a lie."""
    problem = sentence(failure)
    if isinstance(failure, Passing):
        remedy = translate(
            "FirstRun", "Ce premier démarrage a besoin du réseau\u00a0: essayez encore."
        )
        return Problem(problem.text, remedy)
    return problem


_ACTS: dict[Step, Callable[[FirstRunViewModel], None]] = {
    Step.OFFICE: FirstRunViewModel._find_office,
    Step.INVITATION: FirstRunViewModel._check_invitation,
    Step.IDENTITY: lambda viewmodel: viewmodel.identity.go_on(),
    Step.PHRASE: FirstRunViewModel._create,
    Step.PAPER: FirstRunViewModel._leave_paper,
    Step.RETYPE: lambda viewmodel: viewmodel.paper.check(),
    Step.ENROLMENT: FirstRunViewModel._enrol,
    Step.DONE: lambda viewmodel: viewmodel.finished.emit(),
}
