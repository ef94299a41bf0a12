"""What the document says of bytes, written from it alone: signatures, digests, bodies, bundles.

Nothing of ``desktop``, ``server`` or ``protocol`` is imported: what this module cannot do, another
team could not have done either.
"""

import base64
import gzip
import hashlib
import json
import os
import ssl
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.message import Message
from pathlib import Path
from typing import Any

from backports import zstd
from nacl.public import PrivateKey
from nacl.signing import SigningKey

JSON = Any  # whatever a body of JSON holds
Fields = dict[str, JSON]

MODULUS = 1 << 128
REFERENCE = "00000000-0000-7000-8000-000000000001"


class Refused(Exception):
    """A refusal of the office, with what it says of it."""

    def __init__(self, status: int, code: str, detail: Fields) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.detail = detail


def now_ms() -> int:
    """Return the milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """Return a UUIDv7."""
    value = now_ms() << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def canonical(kind: str, rid: str, fields: Mapping[str, JSON]) -> bytes:
    """Return the bytes a record is digested from."""
    told = sorted(
        (name, value) for name, value in fields.items() if value is not None and value != []
    )
    pairs = ",".join(f"{_plain(name)}:{_plain(value)}" for name, value in told)
    return f"[{_plain(kind)},{_plain(rid)},{{{pairs}}}]".encode()


def digest128(said: bytes) -> int:
    """Return BLAKE2b-128 as a number, most significant byte first."""
    return int.from_bytes(hashlib.blake2b(said, digest_size=16).digest(), "big")


def mark(bucket: str, records: int, total: int) -> int:
    """Return the mark of a bucket."""
    return digest128(f"{bucket} {records} {total:032x}".encode())


def root_of(buckets: Mapping[str, Iterable[int]]) -> list[JSON]:
    """Return the root of what these buckets hold: the digests of their records."""
    held = {bucket: list(digests) for bucket, digests in buckets.items()}
    marks = [mark(b, len(some), sum(some) % MODULUS) for b, some in held.items() if some]
    return [len(marks), sum(map(len, held.values())), f"{sum(marks) % MODULUS:032x}"]


def request_lines(headers: Mapping[str, str], server: str, target: str, body: bytes) -> bytes:
    """Return what a device signs for one request."""
    names = ("Coffre-Department", "Coffre-Device", "Coffre-Counter", "Coffre-Time")
    said = hashlib.blake2b(body, digest_size=32).hexdigest()
    told = ("coffre-request-1", server, *(headers[n] for n in names), "POST", target, said)
    return "\n".join(told).encode()


@dataclass(frozen=True)
class Identity:
    """What a professional keeps on paper: the private halves of who she is."""

    signing: SigningKey
    encryption: PrivateKey

    @classmethod
    def generate(cls) -> "Identity":
        """Return somebody's identity, at her first laptop."""
        return cls(SigningKey.generate(), PrivateKey.generate())

    @property
    def signing_hex(self) -> str:
        """Return the public key that names her."""
        return self.signing.verify_key.encode().hex()

    @property
    def encryption_hex(self) -> str:
        """Return the public key others seal for her with."""
        return self.encryption.public_key.encode().hex()

    def certificate(self, device: str, device_key: bytes) -> str:
        """Return this identity's word that a device is hers, base64."""
        today = datetime.now(UTC).date().isoformat()
        parts = (
            b"coffre.cert.1",
            self.signing_hex.encode(),
            device.encode(),
            device_key,
            (1).to_bytes(8, "big"),
            today.encode(),
        )
        statement = b"".join(len(part).to_bytes(2, "big") + part for part in parts)
        return base64.b64encode(statement + self.signing.sign(statement).signature).decode()


class Line:
    """HTTPS with one office: bodies compressed both ways, refusals as exceptions."""

    def __init__(self, url: str, authority: Path, *, encoding: str = "zstd") -> None:
        self._url = url
        self._context = ssl.create_default_context(cafile=str(authority))
        self._encoding = encoding

    def __deepcopy__(self, _memo: object) -> "Line":
        return self  # a copied laptop calls the same office

    def get(self, target: str) -> JSON:
        """Read what is public."""
        return self._ask(target, None, {})

    def post(self, target: str, body: bytes, headers: Mapping[str, str]) -> JSON:
        """Send a body that is as ``packed`` made it."""
        told = {**headers, "Content-Type": "application/json", "Accept-Encoding": self._encoding}
        if self._encoding != "identity":
            told["Content-Encoding"] = self._encoding
        return self._ask(target, body, told)

    def packed(self, message: JSON) -> bytes:
        """Return the bytes to send, and to sign."""
        clear = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        if self._encoding == "gzip":
            return gzip.compress(clear)
        return zstd.compress(clear) if self._encoding == "zstd" else clear

    def _ask(self, target: str, body: bytes | None, headers: Mapping[str, str]) -> JSON:
        # The address is the office's own, always https.
        request = urllib.request.Request(self._url + target, body, dict(headers))  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30, context=self._context) as answer:  # noqa: S310
                return json.loads(_clear(answer.read(), answer.headers))
        except urllib.error.HTTPError as failure:
            with failure:
                problem = json.loads(failure.read())
            raise Refused(failure.code, problem["code"], problem.get("detail", {})) from None


def _plain(value: JSON) -> str:
    """Return the one form of a value: 3 for 3.0, and 0.00001, but 1e-6."""
    if isinstance(value, float):
        if value.is_integer():
            return str(int(value))
        digits = repr(value)
        small = 1e-5 <= abs(value) < 1e-4
        return format(Decimal(digits), "f") if small else digits.replace("e-0", "e-")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _clear(body: bytes, headers: Message) -> bytes:
    encoding = headers.get("Content-Encoding")
    if encoding == "gzip":
        return gzip.decompress(body)
    return zstd.decompress(body) if encoding == "zstd" else body
