"""Builds the window of the first run; loaded only when a laptop needs one."""

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QWidget

from desktop.app.first_run import FirstRunFlow, Unfinished
from desktop.app.session import unknown_office
from desktop.config.clock import Clock, paris
from desktop.config.policy import Policy
from desktop.crypto.randomness import Random
from desktop.services.vault_access import VaultAccess
from desktop.sync.enrolment import Enroller
from desktop.ui.background import ThreadedBackground
from desktop.ui.first_run import FirstRunView, FirstRunViewModel


def open_first_run(
    background: ThreadedBackground,
    access: VaultAccess,
    policy: Policy,
    clock: Clock,
    random: Random,
    unfinished: Unfinished | None,
    finished: Callable[[], object],
) -> tuple[QWidget, FirstRunFlow]:
    """Return the window and what it drives; ``unfinished`` resumes a first run that had begun."""
    authority, proxy = policy.authority, policy.proxy
    enroller = Enroller(
        clock,
        random,
        lambda address: unknown_office(
            address, authority, proxy, clock, system_store=policy.system_store
        ),
        str(authority) if authority else None,
        proxy,
    )
    unlocked = unfinished.unlocked if unfinished else None
    in_store = background.run_in_store
    flow = FirstRunFlow(access, enroller, clock, random, in_store, unlocked, policy)
    viewmodel = FirstRunViewModel(background, flow, unfinished.resumed if unfinished else None)
    if not viewmodel.state.address and policy.server:
        viewmodel.type_address(policy.server)
    viewmodel.finished.connect(finished)

    def today() -> date:
        return paris(clock.now()).date()

    return FirstRunView(viewmodel, today), flow
