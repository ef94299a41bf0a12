"""Builds the window of the first run; loaded only when a laptop needs one."""

from collections.abc import Callable
from datetime import date

from desktop.app.first_run import FirstRunFlow, Unfinished
from desktop.app.identity_search import IdentitySearch
from desktop.app.session import unknown_office
from desktop.config.clock import Clock, paris
from desktop.config.policy import Policy
from desktop.crypto.randomness import Random
from desktop.services.vault_access import VaultAccess
from desktop.sync.addresses import ServerAddress
from desktop.sync.enrolment import Enroller
from desktop.sync.transport import HttpOffice
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
) -> tuple[FirstRunView, FirstRunFlow]:
    """Return the window and what it drives; ``unfinished`` resumes a first run that had begun."""
    authority, proxy = policy.authority, policy.proxy

    def office_at(address: ServerAddress) -> HttpOffice:
        return unknown_office(address, authority, proxy, clock, system_store=policy.system_store)

    enroller = Enroller(clock, random, office_at, str(authority) if authority else None, proxy)
    search = IdentitySearch(enroller, office_at, random)
    unlocked = unfinished.unlocked if unfinished else None
    in_store = background.run_in_store
    flow = FirstRunFlow(access, enroller, search, clock, random, in_store, unlocked, policy)
    viewmodel = FirstRunViewModel(background, flow, unfinished.resumed if unfinished else None)
    if not viewmodel.state.address and policy.server:
        viewmodel.type_address(policy.server)
    viewmodel.finished.connect(finished)

    def today() -> date:
        return paris(clock.now()).date()

    return FirstRunView(viewmodel, today), flow
