"""Draws the pages of a document in a process of its own, which a hostile one may exhaust alone.

Run as a program, never imported by Coffre: it holds no key, opens no file, and its memory is
bounded where the system can. What it is told and what it answers go through its pipes, numbers
first, most significant byte first:

- told once: what it is (``pdf``, ``jpeg`` or ``png``, in 4 bytes, spaces after), how many bytes
  (8), and the document; it answers how many pages there are (4);
- told for each page: its number (4) and the width wanted in pixels (4); it answers the width, the
  height and the bytes of a row of an image (4 each), then the image, 32 bits a pixel; or three
  zeros for a page that cannot be shown.
"""

import struct
import sys
from contextlib import suppress
from typing import Any, BinaryIO, Protocol

MOST_MEMORY = 2 << 30
"""Bytes; a page as large as we draw takes 144 MB, a large scan as much again."""
MOST_PX = 6_000
"""Of a side: a page as large as a wall is shown smaller."""
LONGEST_PT = 1_000_000
"""Of a side of a page, some 350 metres: what is said to be longer is no page."""
MOST_PIXELS = 60_000_000
"""Of an image once it is unfolded, some 240 MB; beyond, a small file may be a trap."""
_NOTHING = struct.pack(">III", 0, 0, 0)


class Drawer(Protocol):
    """Draws the pages of one document."""

    count: int

    def draw(self, page: int, width_px: int) -> bytes:
        """Return the answer that holds a page."""


def main(told: BinaryIO, answers: BinaryIO) -> None:
    """Draw until nothing more is asked."""
    bound_memory()
    media, size = struct.unpack(">4sQ", told.read(12))
    drawer = drawer_of(media.decode().strip(), told.read(size))
    answers.write(struct.pack(">I", drawer.count))
    answers.flush()
    while len(asked := told.read(8)) == 8:
        answers.write(drawer.draw(*struct.unpack(">II", asked)))
        answers.flush()


def bound_memory() -> None:
    """Let this process fail alone rather than take all the memory of the computer."""
    if sys.platform == "win32":
        return
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def drawer_of(media: str, content: bytes) -> Drawer:
    """Return what draws a document."""
    return PdfDrawer(content) if media == "pdf" else PictureDrawer(media, content)


class PdfDrawer:
    """A PDF: its text and its drawings; its forms and its scripts do nothing here."""

    def __init__(self, content: bytes) -> None:
        import pypdfium2

        self._failure = pypdfium2.PdfiumError
        self._document = pypdfium2.PdfDocument(content)
        self.count = len(self._document)

    def draw(self, page: int, width_px: int) -> bytes:
        try:
            return self._drawn(self._document[page], width_px)
        except self._failure:
            return _NOTHING

    @staticmethod
    def _drawn(page: Any, width_px: int) -> bytes:  # a page of pypdfium2, which says no types
        width, height = page.get_size()
        if not (0 < width <= LONGEST_PT and 0 < height <= LONGEST_PT):
            return _NOTHING
        # Both sides hold the scale: a thread a kilometre long would fill the memory.
        scale = min(min(width_px, MOST_PX) / width, MOST_PX / height)
        bitmap = page.render(scale=scale, prefer_bgrx=True)
        try:
            head = struct.pack(">III", bitmap.width, bitmap.height, bitmap.stride)
            return head + bytes(bitmap.buffer)
        finally:
            bitmap.close()
            page.close()


class PictureDrawer:
    """A photograph or a scan: one page, made smaller and never larger."""

    def __init__(self, media: str, content: bytes) -> None:
        from PySide6.QtCore import QBuffer, QByteArray, QIODevice
        from PySide6.QtGui import QImage, QImageReader

        buffer = QBuffer()
        buffer.setData(QByteArray(content))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        # What a colleague's laptop says is a photograph may be a drawing that opens other files:
        # no form but the one that is said is ever tried.
        reader = QImageReader(buffer, QByteArray(media.encode()))
        reader.setAutoDetectImageFormat(False)
        size = reader.size()
        is_bounded = size.isValid() and size.width() * size.height() <= MOST_PIXELS
        reader.setAutoTransform(True)  # a telephone held upright
        self._image = reader.read() if is_bounded else QImage()
        self.count = 0 if self._image.isNull() else 1

    def draw(self, page: int, width_px: int) -> bytes:
        if page >= self.count:
            return _NOTHING
        image = on_white(within(self._image, width_px))
        head = struct.pack(">III", image.width(), image.height(), image.bytesPerLine())
        return head + bytes(image.constBits())


def within(image: Any, width_px: int) -> Any:  # images of Qt, loaded for one only
    """Return an image of that width and the same shape, no side too long."""
    from PySide6.QtCore import QSize, Qt

    factor = min(min(width_px, MOST_PX) / image.width(), MOST_PX / image.height())
    if factor >= 1:
        return image  # larger than it is: the window stretches it as well as we would
    sides = (max(1, round(side * factor)) for side in (image.width(), image.height()))
    keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode
    return image.scaled(QSize(*sides), keep, smooth.SmoothTransformation)


def on_white(image: Any) -> Any:
    """Return an image without transparency: what shows through paper is white."""
    from PySide6.QtGui import QImage, QPainter

    if not image.hasAlphaChannel():
        return image.convertToFormat(QImage.Format.Format_RGB32)
    paper = QImage(image.size(), QImage.Format.Format_RGB32)
    paper.fill(0xFFFFFFFF)
    painter = QPainter(paper)
    painter.drawImage(0, 0, image)
    painter.end()
    return paper


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
