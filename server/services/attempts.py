"""Counts what an address is refused when it tries invitations, and makes it wait."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from server.config.ports import Clock, unix_ms
from server.services.errors import (
    InvitationExpired,
    InvitationUnknown,
    InvitationUsed,
    ProofInvalid,
    TooManyAttempts,
)
from server.store.database import REGISTRY, Database
from server.store.registry import count_refused, note_refused

MAX_REFUSED = 20
"""Refusals to one address in ten minutes, before it must wait."""
_PERIOD_S = 600


class Attempts:
    """Kept in the registry: every process of the office counts together."""

    def __init__(self, database: Database, server: str, clock: Clock) -> None:
        self._database = database
        self._server = server
        self._clock = clock

    @contextmanager
    def of(self, address: str) -> Iterator[None]:
        """Let an address try; raise ``TooManyAttempts``, and count what is refused inside."""
        hashed = self._hashed(address)
        with self._database.transaction(REGISTRY) as connection:
            refused = count_refused(connection, hashed, self._period())
        if refused >= MAX_REFUSED:
            raise TooManyAttempts(retry_after_s=_PERIOD_S)
        try:
            yield
        except (InvitationUnknown, InvitationUsed, InvitationExpired, ProofInvalid):
            with self._database.transaction(REGISTRY) as connection:
                note_refused(connection, hashed, self._period())
            raise

    def _period(self) -> int:
        return unix_ms(self._clock()) // 1000 // _PERIOD_S

    def _hashed(self, address: str) -> bytes:
        key = self._server.encode()
        return hashlib.blake2b(address.encode(), digest_size=16, key=key).digest()
