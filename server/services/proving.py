"""What a new device proves: that it holds its key, and that its owner's identity vouches for it."""

import base64
import binascii
import re

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from protocol.signing import certificate_start
from server.services.errors import MessageRefused, ProofInvalid

_KEY = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_SIGNATURE_BYTES = 64
_MAX_ATTACHED = 32 << 10


def is_key(text: str) -> bool:
    """Tell whether a text has the form of a key, hexadecimal."""
    return _KEY.fullmatch(text) is not None


def check_device(
    *,
    identity_key: str,
    device: str,
    device_key: str,
    certificate: bytes,
    message: bytes,
    proof: str,
) -> None:
    """Check a new device; raise ``ProofInvalid``.

    The identity key is known to every colleague: that it vouches for this laptop is what keeps
    somebody else's laptop out.
    """
    statement, signature = certificate[:-_SIGNATURE_BYTES], certificate[-_SIGNATURE_BYTES:]
    start = certificate_start(identity_key=identity_key, device=device, device_key=device_key)
    vouched = statement.startswith(start) and _proves(identity_key, statement, signature.hex())
    if not vouched or not _proves(device_key, message, proof):
        raise ProofInvalid


def attached(text: str) -> bytes:
    """Return what is attached in base64; raise ``MessageRefused``."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MessageRefused(reason="base64") from None
    if len(found) > _MAX_ATTACHED:
        raise MessageRefused(reason="attached")
    return found


def _proves(key: str, message: bytes, proof: str) -> bool:
    if _SIGNATURE.fullmatch(proof) is None:
        return False
    try:
        VerifyKey(bytes.fromhex(key)).verify(message, bytes.fromhex(proof))
    except BadSignatureError:
        return False
    return True
