"""What a PDF tells: its words as a reader sees them, its properties, its streams unfolded.

Letters of a page are numbers of glyphs, and streams are compressed: to look for a word in the bytes
of the file sees nothing.
"""

import re
import zlib
from pathlib import Path

import pypdfium2

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_SPACES = re.compile(r"\s+")


def words_of(path: Path) -> str:
    """Return every word of its pages, on one line."""
    document = pypdfium2.PdfDocument(path)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return _SPACES.sub(" ", " ".join(pages))


def said_of_itself(path: Path) -> str:
    """Return what it says without being opened: title, author, subject…"""
    document = pypdfium2.PdfDocument(path)
    try:
        return " ".join(document.get_metadata_dict().values())
    finally:
        document.close()


def unfolded(path: Path) -> bytes:
    """Return its bytes, and those of its streams once they are decompressed."""
    content = path.read_bytes()
    parts = [content]
    for stream in _STREAM.findall(content):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue  # an image, or a font that is not compressed
    return b"\n".join(parts)
