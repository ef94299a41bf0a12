"""What a document may be: told by its first bytes, never by its name."""

from enum import StrEnum

from protocol.kinds.documents import DocumentMedia
from protocol.limits import MAX_PIECES, PIECE

MAX_DOCUMENT = MAX_PIECES * PIECE
_PDF_WITHIN = 1024
"""Bytes among which a PDF says that it is one: scanners put some of their own before."""
_SIGNATURES = {
    DocumentMedia.JPEG: b"\xff\xd8\xff",
    DocumentMedia.PNG: b"\x89PNG\r\n\x1a\n",
}
_SUFFIXES = {DocumentMedia.PDF: ".pdf", DocumentMedia.JPEG: ".jpg", DocumentMedia.PNG: ".png"}


class DocumentFault(StrEnum):
    """Why a file cannot be attached."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_FORMAT = "unknown_format"
    UNREADABLE = "unreadable"


class DocumentRefused(Exception):
    """A file cannot be attached; nothing of it was kept."""

    def __init__(self, fault: DocumentFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def media_of(content: bytes) -> DocumentMedia:
    """Return what a content is; raise ``DocumentRefused``."""
    if not content:
        raise DocumentRefused(DocumentFault.EMPTY)
    if len(content) > MAX_DOCUMENT:
        raise DocumentRefused(DocumentFault.TOO_LARGE)
    for media, signature in _SIGNATURES.items():
        if content.startswith(signature):
            return media
    if b"%PDF-" in content[:_PDF_WITHIN]:
        return DocumentMedia.PDF
    raise DocumentRefused(DocumentFault.UNKNOWN_FORMAT)


def suffix_of(media: DocumentMedia) -> str:
    """Return how the name of a copy ends."""
    return _SUFFIXES.get(media, "")
