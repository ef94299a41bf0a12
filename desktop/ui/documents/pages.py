"""The pages of a document as images, drawn from memory: nothing of it is ever written to a disk.

PDFium and Qt read what others made: they do so in a process of its own (``page_child``), which is
given the bytes through a pipe and holds no key.
"""

import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PySide6.QtGui import QImage

from desktop.ui.documents.state import CannotShow, Pages
from protocol.kinds.documents import DocumentMedia

_MOST_PX = 6_000
"""Of a side: a page as large as a wall is shown smaller."""
_MEDIA = (DocumentMedia.PDF, DocumentMedia.JPEG, DocumentMedia.PNG)
_CHILD = Path(__file__).with_name("page_child.py")
_PATIENCE_S = 10.0
"""For one page; on the slowest computers a large scan takes some seconds."""


def open_pages(media: DocumentMedia, content: bytes) -> Pages:
    """Return the pages of a content; raise ``CannotShow``."""
    return DrawnPages(media, content)


class DrawnPages:
    """Pages drawn by a process of their own; one that fills the memory or never ends is ended."""

    def __init__(
        self, media: DocumentMedia, content: bytes, patience_s: float = _PATIENCE_S
    ) -> None:
        if media not in _MEDIA:
            raise CannotShow
        self._patience_s = patience_s
        self._child: subprocess.Popen[bytes] | None = subprocess.Popen(
            [sys.executable, "-I", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        told = struct.pack(">4sQ", media.value.encode().ljust(4), len(content)) + content
        (self.count,) = struct.unpack(">I", self._ask(told, 4))
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
