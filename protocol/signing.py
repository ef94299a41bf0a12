"""The bytes a device signs with its Ed25519 key, for every request (protocol.md, "Signature").

Each request carries these headers; the signature covers all of them, the method, the path and the
body, so that nothing can be replayed, redirected or altered (OWASP ASVS 5.0, 4.1.5).
"""

import hashlib
from dataclasses import dataclass

HEADER_DEPARTMENT = "Coffre-Department"
HEADER_DEVICE = "Coffre-Device"
HEADER_COUNTER = "Coffre-Counter"
HEADER_TIME = "Coffre-Time"
HEADER_SIGNATURE = "Coffre-Signature"
"""Hexadecimal, as the proof of an enrolment is."""

_REQUEST = b"coffre-request-1"
_ENROLMENT = b"coffre-enrolment-1"
_RENEWAL = b"coffre-renewal-1"
_CERTIFICATE = b"coffre.cert.1"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What identifies one request of one device to one server."""

    server: str
    department: str
    device: str
    counter: int
    """Strictly increasing per device; a lower or equal one is a replay."""
    time: str
    """UTC, informative: a laptop without a right clock is not locked out."""
    method: str
    target: str
    """Path and query, as sent."""
    body: bytes
    """As sent, compressed."""

    def message(self) -> bytes:
        """Return the bytes to sign: fields joined by line feeds, none of which may hold one."""
        parts = (
            _REQUEST,
            self.server.encode(),
            self.department.encode(),
            self.device.encode(),
            str(self.counter).encode(),
            self.time.encode(),
            self.method.encode(),
            self.target.encode(),
            hashlib.blake2b(self.body, digest_size=32).hexdigest().encode(),
        )
        return b"\n".join(parts)


def enrolment_message(
    *, server: str, invitation: str, device: str, keys: tuple[str, str, str]
) -> bytes:
    """Return the bytes by which a new device proves it holds the key it brings.

    ``keys`` are the device, identity and encryption public keys, hexadecimal.
    """
    return b"\n".join((_ENROLMENT, *(p.encode() for p in (server, invitation, device, *keys))))


def renewal_message(*, server: str, former: str, device: str, device_key: str) -> bytes:
    """Return the bytes by which a laptop proves the key it goes on with (``wire.RenewRequest``)."""
    return b"\n".join((_RENEWAL, *(p.encode() for p in (server, former, device, device_key))))


def certificate_start(*, identity_key: str, device: str, device_key: str) -> bytes:
    """Return how the statement of a device's certificate begins (docs/vault-format.md).

    What follows, a serial number and a date, is the laptop's own business.
    """
    fields = (_CERTIFICATE, identity_key.encode(), device.encode(), bytes.fromhex(device_key))
    return b"".join(len(field).to_bytes(2, "big") + field for field in fields)
