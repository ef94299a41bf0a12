"""What can go wrong with keys, and who can do something about it.

::

    CryptoError
    ├── VaultError
    │   ├── VaultNotFound          nobody: there is no vault here yet, this is a first run
    │   ├── VaultAlreadyExists     us: a vault is never created over another
    │   ├── VaultUnreachable       the person: the disk refused (full, read-only, unplugged)
    │   ├── DamagedHeader          the backup: neither copy of the header can be trusted
    │   └── UnsupportedHeader      the person: a newer Coffre wrote it, update this one
    ├── WrongPassphrase            the person: try again; the header itself is intact
    ├── UnusablePassphrase         the person: choose another one (``problem`` says why)
    ├── WrongRecoveryKey           the person: look again at word ``position``
    ├── WrongCode              the person: the short code is another one (``left`` tries remain)
    ├── UnusableCode           the person: choose another code (``problem`` says why)
    ├── QuickUnlockOver        the person: the passphrase is asked for, whatever the reason
    ├── CodeNotAllowed         the Département: it allows no short code, or none any more
    ├── UnsafeKdfParameters        us: outside the floor and the ceiling, nothing was computed
    ├── NotEnoughMemory            the person: close something, then try again
    ├── KeysForgotten              us: the vault was locked, these keys are gone
    ├── UnusableKey                us: a public key that is not one
    ├── SealBroken                 nobody: altered, cut, moved, or sealed for somebody else
    │   └── UnsupportedSeal        the person: sealed by a newer Coffre
    ├── WrongShare                 the person: look again at a share (``problem``, ``position``)
    ├── PairingBroken              the person: begin again; what came is not what was promised
    ├── ExportBroken               the person: not an export, or cut, or altered; another copy of it
    │   └── UnsupportedExport      the person: exported by a newer Coffre, update this one
    ├── BundleBroken               the person: another recovery key, or an altered bundle
    └── CertificateRefused         nobody: this device certificate was not signed by its owner

None of them carries a secret, a path or a text: they may be logged by type.
"""

from enum import Enum


class CryptoError(Exception):
    """Something about keys or sealed things did not go as hoped."""


class VaultError(CryptoError):
    """Something about the two header files of the vault."""


class VaultNotFound(VaultError):
    """Neither copy of the header exists."""


class VaultAlreadyExists(VaultError):
    """A header, whole or damaged, is already there."""


class VaultUnreachable(VaultError):
    """The disk refused; ``errno`` is the system's number for the reason, if it gave one."""

    def __init__(self, errno: int | None) -> None:
        super().__init__(f"errno {errno}")
        self.errno = errno


class DamagedHeader(VaultError):
    """No copy of the header can be trusted; no passphrase was tried, or it was the right one."""


class UnsupportedHeader(VaultError):
    """Intact, and of a ``version`` this Coffre does not know; nothing was written."""

    def __init__(self, version: int) -> None:
        super().__init__(f"header version {version}")
        self.version = version


class WrongPassphrase(CryptoError):
    """The header is intact and this passphrase does not open it."""


class PassphraseProblem(Enum):
    """Why a passphrase cannot be used for a new slot."""

    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    TOO_EASY = "too easy to guess"
    NOT_TEXT = "not text"


class UnusablePassphrase(CryptoError):
    """A passphrase that Coffre will not protect a vault with."""

    def __init__(self, problem: PassphraseProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class WrongCode(CryptoError):
    """The short code is another one; ``left`` tries remain before the passphrase is asked for."""

    def __init__(self, left: int) -> None:
        super().__init__(f"{left} left")
        self.left = left


class CodeProblem(Enum):
    """Why a short code cannot be chosen."""

    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    TOO_EASY = "too easy to guess"
    IN_PHRASE = "a part of the passphrase"
    NOT_TEXT = "not text"


class UnusableCode(CryptoError):
    """A short code that Coffre will not take."""

    def __init__(self, problem: CodeProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class QuickUnlockOver(CryptoError):
    """No short code opens any more: hours, tries, a file or the keyring. It is never said which."""


class CodeNotAllowed(CryptoError):
    """The Département allows no short code, or none any more."""


class RecoveryProblem(Enum):
    """What is wrong with the recovery words somebody typed."""

    UNKNOWN_WORD = "one word is not in the list"
    WORD_COUNT = "not the right number of words"
    CHECKSUM = "the words do not go together"
    ANOTHER_KEY = "well formed, and not the key of this vault"


class WrongRecoveryKey(CryptoError):
    """The recovery words do not open; ``position`` (from 1) points at the word when one stands out.

    ``position`` is ``None`` when all words exist: one was exchanged, two were swapped, some are
    missing (``problem`` tells), or it is the key of another vault.
    """

    def __init__(self, problem: RecoveryProblem, position: int | None = None) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.position = position


class UnsafeKdfParameters(CryptoError):
    """Argon2id parameters below the floor or above the ceiling; nothing was computed."""


class NotEnoughMemory(CryptoError):
    """This machine could not give Argon2id the memory it asked for."""


class KeysForgotten(CryptoError):
    """A secret was used after it had been forgotten."""


class UnusableKey(CryptoError):
    """Bytes that cannot serve as the key they claim to be."""


class SealBroken(CryptoError):
    """A sealed text that does not open here: altered, cut, moved, or not for this key."""


class UnsupportedSeal(SealBroken):
    """Sealed in a ``version`` this Coffre does not know."""

    def __init__(self, version: int) -> None:
        super().__init__(f"seal version {version}")
        self.version = version


class ShareProblem(Enum):
    """What is wrong with the words of a share."""

    UNKNOWN_WORD = "one word is not in the list"
    WORD_COUNT = "not the right number of words"
    CHECKSUM = "the words do not go together"
    SAME_SHARE = "the same share twice"
    OTHER_SPLIT = "shares that were not made together"
    NOT_A_KEY = "shares that make no key"


class WrongShare(CryptoError):
    """The words of a share, or two shares, make nothing; ``position`` (from 1) points at a word."""

    def __init__(self, problem: ShareProblem, position: int | None = None) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.position = position


class PairingBroken(CryptoError):
    """What another laptop said is not what it had promised, or does not open."""


class ExportBroken(CryptoError):
    """A file that is not an exported vault, or is no longer all of one."""


class UnsupportedExport(ExportBroken):
    """An exported vault of a format that this Coffre does not know."""


class BundleBroken(CryptoError):
    """An account bundle that this recovery key does not open for this user."""


class CertificateRefused(CryptoError):
    """A device certificate that is malformed or was not signed by the identity it names."""
