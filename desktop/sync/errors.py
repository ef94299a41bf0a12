"""What can go wrong between the laptop and the office, by who can do something about it.

::

    SyncError
    ├── Passing               time: keep working, try again later
    │   ├── Offline           no network, no route, no answer
    │   ├── Busy              the office asks for a little patience
    │   ├── OfficeTroubled    the office itself is in difficulty (5xx)
    │   └── Cancelled         somebody asked to stop
    ├── WrongConnection       the person: look at the network, the address, the computer's date
    │   ├── AddressRefused    what was typed is not the address of a server
    │   ├── NotTheOffice      somebody else answered: a Wi-Fi portal, a filter, another site
    │   └── UntrustedServer   the certificate does not prove that this is the office
    ├── OfficeDecision        the Département: this laptop is not welcome as it is
    │   ├── Revoked           this laptop was withdrawn
    │   ├── Refused           the office does not recognise the request as this laptop's
    │   ├── InvitationRefused the invitation cannot be used
    │   ├── ClientTooOld      Coffre must be updated on this laptop
    │   └── OfficeTooOld      Coffre must be updated at the office
    ├── Realignment           the engine: both sides no longer count from the same point
    │   ├── EpochChanged      the office's data set was restored or replaced
    │   ├── OpGap             the office misses earlier operations of this laptop
    │   └── LaptopBehind      the laptop misses operations it once sent: restored, or copied
    ├── Consent               the person: nothing goes on before she has agreed
    │   └── MassRemoval       more dossiers would go than an ordinary day explains
    └── Defect                us: a bug, or two versions that do not match
        ├── BadReply          the office's answer cannot be read
        └── RequestRejected   the office says that what we sent is wrong

None of them is ever an empty success, and none carries an address, a body or anybody's data: a
reason is one of the codes below, a ``code`` is checked before it is kept.
"""

import re
from enum import StrEnum

_CODE = re.compile(r"[a-z][a-z_]{0,39}")
UNSPECIFIED = "unspecified"
_UNKNOWN_HERE = "unauthenticated"


class OfflineReason(StrEnum):
    """Why nobody was reached, or why the conversation stopped."""

    NAME_UNKNOWN = "name_unknown"
    NO_ROUTE = "no_route"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    DROPPED = "dropped"
    PROXY = "proxy"


class AddressReason(StrEnum):
    """What is wrong with the address as typed."""

    EMPTY = "empty"
    NOT_HTTPS = "not_https"
    """``http://``: nothing would be secret on the way."""
    PORT = "port"
    PATH = "path"
    CREDENTIALS = "credentials"
    UNREADABLE = "unreadable"


class StrangerReason(StrEnum):
    """How we know that the answer is not the office's."""

    REDIRECTED = "redirected"
    NOT_TLS = "not_tls"
    NOT_HTTP = "not_http"
    NOT_JSON = "not_json"
    WRONG_HELLO = "wrong_hello"
    OTHER_SERVER = "other_server"
    """A Coffre server, but not the one this laptop was enrolled with."""


class TrustReason(StrEnum):
    """Why the certificate proves nothing."""

    UNKNOWN_AUTHORITY = "unknown_authority"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_HOST = "wrong_host"
    CLOCK = "clock"
    """Its dates look wrong because this computer's date is absurd."""
    OLD_TLS = "old_tls"
    HANDSHAKE = "handshake"
    AUTHORITY_FILE = "authority_file"
    """The file of the Département's own authority is missing or damaged."""


class InvitationReason(StrEnum):
    """Why an invitation was not accepted; the values are the server's codes."""

    UNKNOWN = "invitation_unknown"
    USED = "invitation_used"
    EXPIRED = "invitation_expired"
    IDENTITY_DIFFERS = "identity_differs"
    NOT_HERS = "invitation_not_hers"
    """Made for somebody else than whose laptop this is: found out here, before it is used."""


class ReplyFault(StrEnum):
    """What makes an answer unusable."""

    TOO_LARGE = "too_large"
    DAMAGED = "damaged"
    ENCODING = "encoding"
    UNREADABLE = "unreadable"
    """Not the message that was expected."""
    MALFORMED = "malformed"
    """The expected message, with contents that break the protocol."""
    STATUS = "status"


class SyncError(Exception):
    """The laptop and the office could not agree this time; nothing is lost."""


class Passing(SyncError):
    """Time mends it: keep working, try again later."""


class WrongConnection(SyncError):
    """The person can look at the network, the address or the computer's date."""


class OfficeDecision(SyncError):
    """Only the Département can change it."""


class Realignment(SyncError):
    """Both sides no longer count from the same point; the engine deals with it."""


class Consent(SyncError):
    """What the office asks is unusual: the person has to agree."""


class Defect(SyncError):
    """A bug, or two versions that do not match."""


class Offline(Passing):
    """Nobody was reached, or the conversation was cut: a normal state, not a fault."""

    def __init__(self, reason: OfflineReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Busy(Passing):
    """The office is there and asks to come back in ``retry_after_s`` seconds."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"retry after {retry_after_s:.0f} s")
        self.retry_after_s = retry_after_s


class OfficeTroubled(Passing):
    """The office, or the machine in front of it, answered 5xx."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class Cancelled(Passing):
    """Somebody asked to stop; what the office had already accepted stays accepted."""


class AddressRefused(WrongConnection):
    """What was typed is not the address of a server."""

    def __init__(self, reason: AddressReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class NotTheOffice(WrongConnection):
    """Somebody else answered: most often the login page of a guest Wi-Fi."""

    def __init__(self, reason: StrangerReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class UntrustedServer(WrongConnection):
    """The certificate does not prove that this is the office; nothing was sent."""

    def __init__(self, reason: TrustReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Revoked(OfficeDecision):
    """The office has withdrawn this laptop."""


class Refused(OfficeDecision):
    """The office does not recognise the request as this laptop's (401, 403, counter refused)."""

    def __init__(self, code: str) -> None:
        self.code = checked_code(code)
        super().__init__(self.code)

    @property
    def is_unknown(self) -> bool:
        """Whether the office does not know this laptop: restored from before its enrolment."""
        return self.code == _UNKNOWN_HERE


class InvitationRefused(OfficeDecision):
    """The invitation cannot be used; another one is needed."""

    def __init__(self, reason: InvitationReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class ClientTooOld(OfficeDecision):
    """The office no longer speaks this version's language."""


class OfficeTooOld(OfficeDecision):
    """This version no longer speaks the office's language."""


class EpochChanged(Realignment):
    """The office's data set is another one: restored from a backup, or replaced.

    ``seq``: nothing up to this number has changed since this laptop saw it; ``taken``: the last of
    this laptop's operations that the office still holds.
    """

    def __init__(self, epoch: str, seq: int = 0, taken: int = 0) -> None:
        super().__init__("epoch changed")
        self.epoch = epoch
        self.seq = seq
        self.taken = taken


class OpGap(Realignment):
    """The office expects operation ``expected`` next: it has lost those from there on."""

    def __init__(self, expected: int) -> None:
        super().__init__(f"expected operation {expected}")
        self.expected = expected


class LaptopBehind(Realignment):
    """The office holds later work of this laptop than the laptop remembers.

    It was put back to an older state, or copied. Its new changes would bear numbers the office has
    already had, and be taken for those: nothing is sent nor applied before it is renewed.
    """


class MassRemoval(Consent):
    """The office would take ``dossiers`` of the ``held`` dossiers away, or words of theirs."""

    def __init__(self, dossiers: int, held: int) -> None:
        super().__init__("many dossiers would go")
        self.dossiers = dossiers
        self.held = held


class BadReply(Defect):
    """The office answered something that cannot be read; nothing of it was used."""

    def __init__(self, reason: ReplyFault) -> None:
        super().__init__(reason.value)
        self.reason = reason


class RequestRejected(Defect):
    """The office says that the message itself is wrong."""

    def __init__(self, code: str) -> None:
        self.code = checked_code(code)
        super().__init__(self.code)


def checked_code(code: str) -> str:
    """Return ``code`` if it looks like one: a stranger's text must not reach a log or a screen."""
    return code if _CODE.fullmatch(code) else UNSPECIFIED


def all_errors() -> tuple[type[SyncError], ...]:
    """Return every error that can reach the window, in the order of the tree."""
    return (
        *(Offline, Busy, OfficeTroubled, Cancelled),
        *(AddressRefused, NotTheOffice, UntrustedServer),
        *(Revoked, Refused, InvitationRefused, ClientTooOld, OfficeTooOld),
        *(EpochChanged, OpGap, LaptopBehind, MassRemoval),
        *(BadReply, RequestRejected),
    )


def every_case() -> tuple[SyncError, ...]:
    """Return one error per class and reason, so that a sentence for each can be demanded."""
    return (
        *(Offline(reason) for reason in OfflineReason),
        *(Busy(30), OfficeTroubled(500), Cancelled()),
        *(AddressRefused(reason) for reason in AddressReason),
        *(NotTheOffice(reason) for reason in StrangerReason),
        *(UntrustedServer(reason) for reason in TrustReason),
        *(Revoked(), Refused(UNSPECIFIED), Refused(_UNKNOWN_HERE)),
        *(InvitationRefused(reason) for reason in InvitationReason),
        *(
            ClientTooOld(),
            OfficeTooOld(),
            EpochChanged(""),
            OpGap(1),
            LaptopBehind(),
            MassRemoval(120, 174),
        ),
        *(BadReply(reason) for reason in ReplyFault),
        RequestRejected(UNSPECIFIED),
    )
