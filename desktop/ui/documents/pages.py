"""The pages of a document as images, drawn from memory: nothing of it is ever written to a disk.

PDFium reads what others made: it works in a process of its own (``pdf_child``).
"""

import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from desktop.ui.documents.state import CannotShow, Pages
from protocol.kinds.documents import DocumentMedia

_MOST_PX = 6_000
"""Of a side: a page as large as a wall is shown smaller."""
_MOST_PIXELS = 60_000_000
"""Of an image once it is unfolded, some 240 MB; beyond, a small file may be a trap."""
_PICTURES = (DocumentMedia.JPEG, DocumentMedia.PNG)
_PDF_CHILD = Path(__file__).with_name("pdf_child.py")
_PATIENCE_S = 10.0
"""For one page; on the slowest computers a large scan takes some seconds."""


def open_pages(media: DocumentMedia, content: bytes) -> Pages:
    """Return the pages of a content; raise ``CannotShow``."""
    if media is DocumentMedia.PDF:
        return PdfPages(content)
    return PicturePages(media, content)


class PicturePages:
    """A photograph or a scan: one page."""

    def __init__(self, media: DocumentMedia, content: bytes) -> None:
        if media not in _PICTURES:
            raise CannotShow
        buffer = QBuffer()
        buffer.setData(QByteArray(content))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        # What a colleague's laptop says is a photograph may be a drawing that opens other files:
        # no form but the one that is said is ever tried.
        reader = QImageReader(buffer, QByteArray(media.value.encode()))
        reader.setAutoDetectImageFormat(False)
        size = reader.size()
        if not size.isValid() or size.width() * size.height() > _MOST_PIXELS:
            raise CannotShow
        reader.setAutoTransform(True)  # a telephone held upright
        self._image = reader.read()
        if self._image.isNull():
            raise CannotShow

    @property
    def count(self) -> int:
        return 1

    def draw(self, page: int, width_px: int) -> QImage:
        size = _within(self._image.size(), width_px)
        if size.width() >= self._image.width():
            return self._image  # larger than it is: the window stretches it as well as we would
        return self._image.scaled(
            size,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )

    def close(self) -> None:
        self._image = QImage()


class PdfPages:
    """A PDF: its text and its drawings; its forms and its scripts do nothing here.

    It is drawn by a process of its own: one made to fill the memory, or never to end, is ended.
    """

    def __init__(self, content: bytes, patience_s: float = _PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._child: subprocess.Popen[bytes] | None = subprocess.Popen(
            [sys.executable, "-I", str(_PDF_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        (self.count,) = struct.unpack(">I", self._ask(struct.pack(">Q", len(content)) + content, 4))
        if not self.count:
            self.close()
            raise CannotShow

    def draw(self, page: int, width_px: int) -> QImage:
        with self._in_time():
            self._write(struct.pack(">II", page, width_px))
            width, height, stride = struct.unpack(">III", self._read(12))
            if not 0 < max(width, height) <= _MOST_PX + 1 or stride != 4 * width:
                raise CannotShow
            pixels = self._read(stride * height)
        # The bytes are not the image's own.
        return QImage(pixels, width, height, stride, QImage.Format.Format_RGB32).copy()

    def close(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            for pipe in (child.stdin, child.stdout):
                with suppress(OSError):
                    if pipe is not None:
                        pipe.close()
            child.wait()

    def _ask(self, told: bytes, expected: int) -> bytes:
        with self._in_time():
            self._write(told)
            return self._read(expected)

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """End the process that takes too long; raise ``CannotShow`` for whatever ended it."""
        child = self._child
        if child is None:
            raise CannotShow
        limit = threading.Timer(self._patience_s, child.kill)
        limit.daemon = True
        limit.start()
        try:
            yield
        except (OSError, EOFError):
            self.close()
            raise CannotShow from None
        finally:
            limit.cancel()

    def _write(self, told: bytes) -> None:
        if self._child is not None and self._child.stdin is not None:
            self._child.stdin.write(told)
            self._child.stdin.flush()

    def _read(self, count: int) -> bytes:
        found = b""
        if self._child is not None and self._child.stdout is not None:
            found = self._child.stdout.read(count)
        if len(found) < count:
            raise EOFError
        return found


def _within(size: QSize, width_px: int) -> QSize:
    """Return a size of that width and the same shape, no side too long."""
    if size.isEmpty():
        raise CannotShow
    factor = min(width_px, _MOST_PX) / size.width()
    factor = min(factor, _MOST_PX / size.height())
    return QSize(max(1, round(size.width() * factor)), max(1, round(size.height() * factor)))
