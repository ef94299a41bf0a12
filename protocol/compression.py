"""zstd bodies, bounded: a small message must not become a large one in memory."""

import sys

from protocol.errors import MalformedMessage
from protocol.limits import MAX_BODY

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ENCODING = "zstd"
_LEVEL = 3
_WINDOW_LOG = 23
"""A frame may ask its reader to remember 8 MiB, no more than a whole body (RFC 8878, 3.1.1.1.2)."""


def compress(body: bytes) -> bytes:
    """Return ``body`` compressed at level 3 (the level measured best; docs/protocol.md)."""
    return zstd.compress(body, _LEVEL)


def decompress(body: bytes, *, limit: int = MAX_BODY) -> bytes:
    """Return the clear bytes; raise ``MalformedMessage`` if damaged or larger than ``limit``."""
    decoder = zstd.ZstdDecompressor(
        options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}
    )
    try:
        clear = decoder.decompress(body, max_length=limit + 1)
    except zstd.ZstdError:
        raise MalformedMessage("not zstd") from None
    if len(clear) > limit or not decoder.eof or decoder.unused_data:
        raise MalformedMessage("too large, cut, or followed by something else")
    return clear
