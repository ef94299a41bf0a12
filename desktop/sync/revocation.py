"""Nothing is destroyed on one word: who says that this laptop was withdrawn must be its office.

A withdrawal reaches here only as a 410 of our protocol over TLS that proved the office's name
(``desktop.sync.answers``). The office is then asked who it is: a server that took its place, or a
network that answers anything to anybody, does not give the identifier learned at enrolment.
"""

from collections.abc import Callable
from typing import Protocol

from desktop.sync.errors import Revoked
from desktop.sync.tally import Receipt, Step
from desktop.sync.transport import Office


class Engine(Protocol):
    """What synchronises: ``desktop.sync.engine.Synchroniser``, or what stands around it."""

    def run(
        self,
        on_step: Callable[[Step], None] = ...,
        cancelled: Callable[[], bool] = ...,
        *,
        verify: bool = ...,
    ) -> Receipt:
        """Synchronise once; raise ``SyncError``."""


class SureOfRevocation:
    """Synchronises, and lets ``Revoked`` through once the office has said who it is."""

    def __init__(self, engine: Engine, office: Office) -> None:
        self._engine = engine
        self._office = office

    def run(
        self,
        on_step: Callable[[Step], None] = lambda step: None,
        cancelled: Callable[[], bool] = lambda: False,
        *,
        verify: bool = False,
    ) -> Receipt:
        """Synchronise; raise ``Revoked`` for certain, or whatever kept the office from answering.

        A laptop that cannot be sure is not destroyed: it hears the same at its next try.
        """
        try:
            return self._engine.run(on_step, cancelled, verify=verify)
        except Revoked:
            self._office.hello()
            raise
