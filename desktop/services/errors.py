"""Why something a person asked for cannot be done.

::

    ServiceError
    ├── NotFound         it is no longer on this laptop (a colleague removed it, a dossier left)
    │   └── AlreadySettled  a conflict that somebody settled meanwhile
    ├── NotAllowed       it is somebody else's to do
    ├── InvalidInput     one field cannot be accepted; ``field`` and ``reason`` say which and why
    ├── LeaseOver        too long without the office: this laptop only reads until one contact
    ├── StandingChanged  what was shown of a conflict has changed: it is to be read again
    ├── DossiersChanged  an import has to be looked at again: dossiers arrived or left meanwhile
    ├── DocumentNotHere  pieces of a document have not arrived yet
    ├── DocumentBroken   what is here of a document is not what its author attached
    ├── IdentityUnknown  a colleague has no laptop yet: nothing can be sealed for her
    ├── IdentityChanged  her keys changed: nothing is sealed for her until it is settled
    └── RowRefused       a row of an import cannot be written after all; nothing was

What the store and the keys may answer is named here too, for the window, which knows neither.
"""

from desktop.config.system_keyring import KeyringSilent
from desktop.crypto.errors import (
    BundleBroken,
    CodeNotAllowed,
    CryptoError,
    DamagedHeader,
    ExportBroken,
    NotEnoughMemory,
    PairingBroken,
    QuickUnlockOver,
    UnsupportedExport,
    UnsupportedHeader,
    UnusableCode,
    UnusablePassphrase,
    VaultAlreadyExists,
    VaultNotFound,
    VaultUnreachable,
    WrongCode,
    WrongPassphrase,
    WrongRecoveryKey,
    WrongShare,
)
from desktop.store.database import from_system
from desktop.store.errors import (
    BrokenSnapshot,
    CopyStopped,
    DamagedStore,
    DatabaseMissing,
    DiskFull,
    InterruptedCreation,
    NewerStore,
    NoRoomForCopy,
    ReadOnlyStore,
    StoreBusy,
    StoreError,
    StoreInUse,
)

__all__ = [
    "AlreadySettled",
    "BrokenSnapshot",
    "BundleBroken",
    "CodeNotAllowed",
    "CopyStopped",
    "CryptoError",
    "DamagedHeader",
    "DamagedStore",
    "DatabaseMissing",
    "DiskFull",
    "DocumentBroken",
    "DocumentNotHere",
    "DossiersChanged",
    "ExportBroken",
    "InterruptedCreation",
    "InvalidInput",
    "KeyringSilent",
    "LeaseOver",
    "NewerStore",
    "NoRoomForCopy",
    "NotAllowed",
    "NotEnoughMemory",
    "NotFound",
    "PairingBroken",
    "QuickUnlockOver",
    "ReadOnlyStore",
    "RowRefused",
    "ServiceError",
    "StandingChanged",
    "StoreBusy",
    "StoreError",
    "StoreInUse",
    "UnsupportedExport",
    "UnsupportedHeader",
    "UnusableCode",
    "UnusablePassphrase",
    "VaultAlreadyExists",
    "VaultNotFound",
    "VaultUnreachable",
    "WrongCode",
    "WrongPassphrase",
    "WrongRecoveryKey",
    "WrongShare",
    "from_system",
]


class ServiceError(Exception):
    """A service cannot do what was asked."""


class NotFound(ServiceError):
    """The record is not on this laptop."""


class AlreadySettled(NotFound):
    """Somebody settled this conflict meanwhile."""


class NotAllowed(ServiceError):
    """The act belongs to somebody else (the author, the référent)."""


class InvalidInput(ServiceError):
    """A field cannot be accepted as typed; nothing was written."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        """``missing``, ``too_long``, ``future_date``, ``not_a_phone``…"""


class LeaseOver(ServiceError):
    """Too long without the office: nothing new is written until one contact; drafts are."""


class StandingChanged(ServiceError):
    """The version in place is no longer the one that was shown: it is to be read again."""


class DossiersChanged(ServiceError):
    """Dossiers arrived or left since the plan was made: it has to be made again."""


class DocumentNotHere(ServiceError):
    """Pieces of it have not arrived yet."""


class DocumentBroken(ServiceError):
    """What is here of it is not what its author attached."""


class IdentityUnknown(ServiceError):
    """The directory tells no keys for this professional."""


class IdentityChanged(ServiceError):
    """The keys of this professional changed or were doubted, and nobody has settled why."""

    def __init__(self, professional: str) -> None:
        super().__init__(professional)
        self.professional = professional


class RowRefused(ServiceError):
    """A row cannot be written after all; nothing was. ``row_number`` is the one of the file."""

    def __init__(self, row_number: int, field: str, reason: str) -> None:
        super().__init__(f"row {row_number}: {field}: {reason}")
        self.row_number = row_number
        self.field = field
        self.reason = reason


class NotACalendar(ServiceError):
    """The file is no calendar that can be read; nothing was written."""
