"""Bounds that both sides check before doing any work (docs/protocol.md, "Limits")."""

MAX_OPS = 1_000
"""Operations in one request."""
MAX_BODY = 8 << 20
"""Bytes of a request or reply after decompression."""
MAX_REQUEST = 3 << 20
"""Bytes of a laptop's request after decompression: a whole batch and one more large text. Decoded,
small values take twenty times the room they take as text."""
TARGET_BODY = 1 << 20
"""Bytes at which a laptop closes a batch of changes and starts another."""
NUMBERS_END = 1 << 62
"""No number of an operation, a change or a request gets there: what is beyond could not be kept."""
MAX_OP = 2 << 20
"""Bytes of one operation: three long texts, sealed, whatever they are written in."""
LONG_TEXT = 60_000
"""Characters of a long text (about 25 pages)."""
SHORT_TEXT = 200
"""Characters of a name, a street, a motive."""
PAGE_ROWS = 500
"""Records in one page of a pull."""
PAGE_BODY = 512 << 10
"""Bytes at which a page is closed. A laptop writes a page in one transaction, about 40 ms of work,
and what is being typed waits for it: large pages are felt, small ones cost a disk wait each."""
PIECE = 256 << 10
"""Bytes of a document in one piece, before it is encrypted: what a bad line sends again at most."""
MAX_PIECE = PIECE + 40
"""Bytes of an encrypted piece: its nonce and its tag as well."""
MAX_PIECES = 60
"""Pieces of a document, which make 15 MiB."""
MAX_PIECE_REQUEST = 384 << 10
"""Bytes of a request that gives one piece."""
MAX_DOCUMENTS = 100
"""Documents that one question is about."""
