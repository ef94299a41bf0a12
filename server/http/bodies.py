"""Bodies of requests and replies: bounded before they are read, and compressed."""

import asyncio
import gzip
import io
import zlib
from dataclasses import dataclass

from starlette.requests import Request

from protocol import compression, limits
from protocol.errors import MalformedMessage
from server.services.errors import MessageRefused, TooLarge, TooSlow


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a body may take: a laptop on a bad line has time, a hand held open does not."""

    silence_s: float = 60.0
    """Longest wait for the next piece."""
    whole_s: float = 600.0


async def read_body(
    request: Request, limit: int = limits.MAX_REQUEST, patience: Patience | None = None
) -> bytes:
    """Return the body as sent, within ``limit`` bytes; raise ``TooLarge`` or ``TooSlow``."""
    announced = request.headers.get("content-length", "0")
    # Twenty digits are more than any body; thousands of them are no number Python would read.
    if not announced.isdecimal() or len(announced) > 20 or int(announced) > limit:
        raise TooLarge(reason="body", limit=limit)
    try:
        return await _read(request, limit, patience or Patience())
    except TimeoutError:
        raise TooSlow from None


async def _read(request: Request, limit: int, patience: Patience) -> bytes:
    now = asyncio.get_running_loop().time
    last = now() + patience.whole_s
    parts: list[bytes] = []
    size = 0
    async with asyncio.timeout(patience.silence_s) as allowed:
        async for part in request.stream():
            allowed.reschedule(min(now() + patience.silence_s, last))
            size += len(part)
            if size > limit:
                raise TooLarge(reason="body", limit=limit)
            parts.append(part)
    return b"".join(parts)


def clear_body(raw: bytes, encoding: str | None, limit: int = limits.MAX_REQUEST) -> bytes:
    """Return the body without its encoding, never more than ``limit`` bytes."""
    try:
        if encoding in (None, "", "identity"):
            if len(raw) > limit:
                raise TooLarge(reason="body", limit=limit)
            return raw
        if encoding == compression.ENCODING:
            return compression.decompress(raw, limit=limit)
        if encoding == "gzip":
            return _gunzip(raw, limit)
    except MalformedMessage:
        raise MessageRefused(reason="encoding") from None
    raise MessageRefused(reason="encoding_unknown")


def encode_body(clear: bytes, accepted: str | None) -> tuple[bytes, str | None]:
    """Return the body compressed in an encoding the peer takes, and the encoding's name."""
    names = {
        part.split(";")[0].strip().lower()
        for part in (accepted or compression.ENCODING).split(",")
        if not part.replace(" ", "").endswith(";q=0")
    }
    if names & {compression.ENCODING, "*"}:
        return compression.compress(clear), compression.ENCODING
    if "gzip" in names:
        return gzip.compress(clear, compresslevel=1), "gzip"
    return clear, None


def _gunzip(raw: bytes, limit: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
            clear = file.read(limit + 1)
    except (OSError, EOFError, zlib.error):
        raise MalformedMessage("not gzip") from None
    if len(clear) > limit:
        raise MalformedMessage("too large")
    return clear
