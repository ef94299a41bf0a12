"""What the office refuses to a laptop or an administrator.

::

    Refusal
    ├── Unauthenticated     who asks is not known, or the signature is wrong: one answer for all
    ├── Revoked             the device was revoked
    ├── Replayed            this request, or a later one, was already received
    ├── Gap                 operations are missing before those sent
    ├── Forked              other operations were received under these numbers
    ├── EpochChanged        the cursor belongs to other data than ours
    │   └── DatabaseBehind  it is ours, and further than we are: a backup was put back
    ├── ProtocolUnsupported this version of the protocol is not spoken here
    ├── MessageRefused      the message breaks a bound or cannot be read
    ├── NotGranted          that bucket is closed to who asks, or there is none: one answer for both
    ├── PieceDiffers        other bytes are kept under that number of that document
    ├── TooSlow             the message stopped coming
    ├── InvitationUnknown, InvitationUsed, InvitationExpired
    ├── TooManyAttempts     an address tries invitations
    ├── ProofInvalid        the new device does not hold the key it brings
    ├── IdentityDiffers     a second laptop came without its owner's identity
    ├── DeviceTaken         the identifier of the device is already somebody's
    └── AdministrationRefused   an administrator asked for what cannot be; has a French sentence

``code`` is stable and travels; ``detail`` holds identifiers and numbers, never content.
"""


class Refusal(Exception):
    """The office will not do it, and says why in one word."""

    code = "refused"

    def __init__(self, **detail: str | int) -> None:
        super().__init__(self.code)
        self.detail = detail


class Unauthenticated(Refusal):
    """Unknown département, unknown device or wrong signature: who asks cannot tell which."""

    code = "unauthenticated"


class Revoked(Refusal):
    """This device may no longer have anything."""

    code = "revoked"


class Replayed(Refusal):
    """``last``: the number of the last request accepted."""

    code = "replayed"


class Gap(Refusal):
    """``expected``: the operation to send from."""

    code = "gap"


class Forked(Refusal):
    """Other operations bear these numbers: the laptop was put back from a copy, or copied."""

    code = "forked"


class EpochChanged(Refusal):
    """``epoch``: the data set served now; ``seq``: the number up to which the laptop has read it, 0
    if that cannot be known; ``last_op``: the last operation of this device that it holds."""

    code = "epoch"


class DatabaseBehind(EpochChanged):
    """The laptop has read further than this database goes: ``seq`` is where it ends."""


class ProtocolUnsupported(Refusal):
    """``oldest`` and ``newest``: what is spoken here."""

    code = "protocol"


class MessageRefused(Refusal):
    """``reason``: which bound, or that it cannot be read."""

    code = "malformed"


class TooLarge(MessageRefused):
    """More bytes or operations than one message may have."""

    code = "too_large"


class NotGranted(Refusal):
    """This bucket is not for who asks; whether there is one is not told."""

    code = "grant"


class PieceDiffers(Refusal):
    """Another piece of this document was received under this number: what is kept stays."""

    code = "piece_differs"


class TooSlow(Refusal):
    """The message stopped coming, or comes too slowly to be a laptop's."""

    code = "too_slow"


class InvitationUnknown(Refusal):
    """Nobody was invited with this code."""

    code = "invitation_unknown"


class InvitationUsed(Refusal):
    """Another laptop came with it."""

    code = "invitation_used"


class InvitationExpired(Refusal):
    """It was valid for a day."""

    code = "invitation_expired"


class TooManyAttempts(Refusal):
    """``retry_after_s``: when to try again."""

    code = "too_many_attempts"


class ProofInvalid(Refusal):
    """The signature that proves the device's key does not verify."""

    code = "proof_invalid"


class IdentityDiffers(Refusal):
    """The professional already has an identity, and this is not it."""

    code = "identity_differs"


class DeviceTaken(Refusal):
    """A device of this identifier exists."""

    code = "device_taken"


class AdministrationRefused(Refusal):
    """What an administrator asked for cannot be; ``sentence`` tells why, in French."""

    code = "administration"

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence
