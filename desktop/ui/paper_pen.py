"""The pen of whoever draws on paper."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QPagedPaintDevice, QPainter

from desktop.ui.printing_errors import PaperRefused


@contextmanager
def pen_on(device: QPagedPaintDevice) -> Iterator[QPainter]:
    """Draw on a printer or in a file; raise ``PaperRefused`` where nothing can be drawn.

    A printer that is off, or a folder that cannot be written, is only met here.
    """
    pen = QPainter()
    if not pen.begin(device):
        raise PaperRefused
    try:
        yield pen
    finally:
        pen.end()
