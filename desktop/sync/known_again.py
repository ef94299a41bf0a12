"""A laptop whose office has forgotten it presents an invitation, and goes on as it was.

An office restored from a backup older than this laptop's enrolment answers it 401 for ever. The
laptop keeps its identifier, its keys and all that waits: the office enrols them again, and the
next synchronisation brings both to agree, as after any restoration. Nothing is written here before
the office has answered, and the office answers the same to the same keys: cut anywhere, the same
invitation can simply be typed again.
"""

from typing import Protocol

from desktop.config.clock import Clock
from desktop.store.journal import JournalEntry
from desktop.store.store import Store
from desktop.sync.enrolment import check_reply, enrol_request
from desktop.sync.errors import (
    BadReply,
    InvitationReason,
    InvitationRefused,
    OfficeTooOld,
    Refused,
    ReplyFault,
)
from desktop.sync.in_store import InStore
from desktop.sync.own_keys import LAPTOPS, KeyOffice, look
from desktop.sync.transport import Office
from protocol.invitations import parse_invitation
from protocol.wire_keys import LaptopsReply, LaptopsRequest

KNOWN_AGAIN = "known_again"
"""Outcome in the journal."""


class ForgetfulOffice(Office, KeyOffice, Protocol):
    """The office this laptop was enrolled with; another server's answers raise ``NotTheOffice``."""


class KnownAgain:
    """Presents an invitation to the same office, for the same person; for the network's lane."""

    def __init__(
        self, store: Store, office: ForgetfulOffice, clock: Clock, in_store: InStore
    ) -> None:
        self._store = store
        self._office = office
        self._clock = clock
        self._in_store = in_store

    def run(self, invitation: str) -> None:
        """Be known again; raise ``InvitationMalformed``, ``InvitationRefused``, ``SyncError``.

        An office that knows this laptop is asked nothing more, and uses up no invitation. One that
        has withdrawn it says so: ``Revoked``.
        """
        code = str(parse_invitation(invitation))
        server = self._office.hello().server
        if self._is_known():
            return
        known = self._in_store(self._store.state.enrolment)
        if known is None:
            raise LookupError("only an enrolled laptop can be forgotten")
        # Asked before it is used up: enrolled for somebody else, this laptop would speak as her.
        owner = look(self._office, code).professional
        if owner is None:
            raise OfficeTooOld
        if owner != known.professional:
            raise InvitationRefused(InvitationReason.NOT_HERS)
        request = self._in_store(lambda: enrol_request(self._store, self._clock, server, code))
        reply = self._office.enrol(request)
        check_reply(reply, server, code)
        if reply.professional != known.professional:
            raise BadReply(ReplyFault.UNREADABLE)
        self._in_store(self._note)

    def _is_known(self) -> bool:
        try:
            self._office.ask_signed(LAPTOPS, LaptopsRequest(), LaptopsReply)
        except Refused as refused:
            if not refused.is_unknown:
                raise
            return False
        return True

    def _note(self) -> None:
        now = self._clock.now()
        with self._store.database.transaction():
            self._store.journal.add(JournalEntry(now, now, KNOWN_AGAIN, 0, 0, 0, 0, 0))
