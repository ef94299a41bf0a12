"""Who somebody is to the others: a device that signs, a person who vouches for it and receives.

The device key (DSK) never leaves the laptop. The identity keys (ISK signs, IEK receives) follow the
person from laptop to laptop through the account bundle. All three are kept inside the encrypted
database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.crypto.errors import CertificateRefused, UnusableKey
from desktop.crypto.keys import SIGNATURE_BYTES, EncryptionKey, SigningKey, verify
from desktop.crypto.packing import pack_fields, unpack_fields
from desktop.crypto.primitives import KEY_BYTES, Purpose, digest
from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret

__all__ = ["DeviceCertificate", "Identity", "PublicIdentity", "fingerprint", "verify"]

_STORED_VERSION = 1
_CERTIFICATE_CONTEXT = "coffre.cert.1"
_CERTIFICATE_FIELDS = 6
_FINGERPRINT_GROUPS = 8


@dataclass(frozen=True)
class PublicIdentity:
    """What others know of somebody: two public keys of 32 bytes."""

    signing: bytes
    encryption: bytes

    @property
    def fingerprint(self) -> str:
        """Eight groups of five digits, to compare by voice or on paper."""
        return fingerprint(self)


@dataclass(frozen=True)
class DeviceCertificate:
    """« This device speaks for me », signed by the identity key."""

    user: str
    device: str
    device_key: bytes
    serial: int
    issued_on: date
    signature: bytes

    def is_signed_by(self, identity_signing_key: bytes) -> bool:
        """Whether the identity with this public signing key made this certificate."""
        return verify(identity_signing_key, _statement(self), self.signature)

    def to_bytes(self) -> bytes:
        """Return the form that travels: the signed statement, then the signature."""
        return _statement(self) + self.signature

    @classmethod
    def from_bytes(cls, content: bytes) -> DeviceCertificate:
        """Read a certificate, *unverified*; raise ``CertificateRefused`` if it is malformed."""
        fields = unpack_fields(content[:-SIGNATURE_BYTES], _CERTIFICATE_FIELDS)
        if fields is None or fields[0] != _CERTIFICATE_CONTEXT.encode():
            raise CertificateRefused
        _, user, device, key, serial, issued_on = fields
        try:
            certificate = cls(
                user=user.decode(),
                device=device.decode(),
                device_key=key,
                serial=int.from_bytes(serial, "big"),
                issued_on=date.fromisoformat(issued_on.decode("ascii")),
                signature=content[-SIGNATURE_BYTES:],
            )
        except ValueError:
            raise CertificateRefused from None
        # One statement has one form: what would be written back differently is refused.
        if len(key) != KEY_BYTES or len(serial) != 8 or certificate.to_bytes() != content:
            raise CertificateRefused
        return certificate


class Identity:
    """The private keys of one person on one device."""

    def __init__(self, device: SigningKey, signing: SigningKey, encryption: EncryptionKey) -> None:
        self._device = device
        self._signing = signing
        self.encryption = encryption

    @classmethod
    def generate(cls, random: Random) -> Identity:
        """Draw all three keys: somebody's first laptop."""
        return cls(
            SigningKey.generate(random), SigningKey.generate(random), EncryptionKey.generate(random)
        )

    @classmethod
    def on_new_device(
        cls, signing: SigningKey, encryption: EncryptionKey, random: Random
    ) -> Identity:
        """Take known identity keys to another laptop, which gets a device key of its own."""
        return cls(SigningKey.generate(random), signing, encryption)

    @classmethod
    def from_bytes(cls, content: bytes) -> Identity:
        """Read what ``to_bytes`` wrote; raise ``UnusableKey``."""
        if len(content) != 1 + 3 * KEY_BYTES or content[0] != _STORED_VERSION:
            raise UnusableKey
        device, signing, encryption = (
            Secret(content[start : start + KEY_BYTES])
            for start in range(1, len(content), KEY_BYTES)
        )
        return cls(SigningKey(device), SigningKey(signing), EncryptionKey(encryption))

    def to_bytes(self) -> bytes:
        """Return all private keys in clear: for the encrypted database and nowhere else."""
        secrets = (self._device.seed(), self._signing.seed(), self.encryption.private())
        return bytes([_STORED_VERSION]) + b"".join(secret.reveal() for secret in secrets)

    @property
    def public(self) -> PublicIdentity:
        """The two public keys that name this person."""
        return PublicIdentity(self._signing.public, self.encryption.public)

    @property
    def device_key(self) -> bytes:
        """The public key of this device."""
        return self._device.public

    @property
    def signing(self) -> SigningKey:
        """The identity's signing key: for statements about devices and members only."""
        return self._signing

    def sign(self, message: bytes) -> bytes:
        """Sign as this device: requests and operations. 64 bytes."""
        return self._device.sign(message)

    def certify(self, *, user: str, device: str, serial: int, issued_on: date) -> DeviceCertificate:
        """State, signed by the identity, that this device's key speaks for this user."""
        draft = DeviceCertificate(
            user=user,
            device=device,
            device_key=self.device_key,
            serial=serial,
            issued_on=issued_on,
            signature=b"",
        )
        signature = self._signing.sign(_statement(draft))
        return DeviceCertificate(
            user=user,
            device=device,
            device_key=self.device_key,
            serial=serial,
            issued_on=issued_on,
            signature=signature,
        )

    def __repr__(self) -> str:
        return f"Identity({self._signing}, {self.encryption})"


def fingerprint(public: PublicIdentity) -> str:
    """Return eight groups of five digits: 132 bits, more than anybody can forge a match for."""
    hashed = digest(Purpose.FINGERPRINT, public.signing + public.encryption, size=64)
    groups = (
        int.from_bytes(hashed[start : start + 8], "big") % 100_000
        for start in range(0, _FINGERPRINT_GROUPS * 8, 8)
    )
    return " ".join(f"{group:05d}" for group in groups)


def _statement(certificate: DeviceCertificate) -> bytes:
    return pack_fields(
        _CERTIFICATE_CONTEXT,
        certificate.user,
        certificate.device,
        certificate.device_key,
        certificate.serial.to_bytes(8, "big"),
        certificate.issued_on.isoformat(),
    )
