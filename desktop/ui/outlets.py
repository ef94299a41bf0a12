"""Where a sheet can go: a file that is chosen, or a printer of this computer.

A screen is given them, so that a test can answer in their place.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QPagedPaintDevice
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.ui.printing_errors import NoPrinter, PrintingFailed
from desktop.ui.text import translate

T = TypeVar("T")


class Outlets(Protocol):
    """Both questions are answered by None when the person changes her mind."""

    def ask_path(self, parent: QWidget, name: str, kinds: str) -> Path | None:
        """Where to save a file; ``kinds`` as « PDF (*.pdf) »."""
        ...

    def has_printer(self) -> bool:
        """Whether this computer knows any printer."""
        ...

    def ask_printer(self, parent: QWidget) -> QPagedPaintDevice | None:
        """Which printer to use."""
        ...


class SystemOutlets:
    """The dialogs of the computer."""

    def ask_path(self, parent: QWidget, name: str, kinds: str) -> Path | None:
        chosen, _ = QFileDialog.getSaveFileName(parent, "Coffre", str(Path.home() / name), kinds)
        return _left(parent, Path(chosen)) if chosen else None

    def ask_file(self, parent: QWidget, kinds: str) -> Path | None:
        chosen, _ = QFileDialog.getOpenFileName(parent, "Coffre", str(Path.home()), kinds)
        return Path(chosen) if chosen else None

    def has_printer(self) -> bool:
        # Loaded when somebody prints: most days nobody does.
        from PySide6.QtPrintSupport import QPrinterInfo

        return bool(QPrinterInfo.availablePrinterNames())

    def ask_printer(self, parent: QWidget) -> QPagedPaintDevice | None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        # The print queue is seen by others: it learns the product's name and nothing else.
        printer.setDocName("Coffre")
        dialog = QPrintDialog(printer, parent)
        # Qt's own is « Print », in English; nor does any name of a person belong up there.
        dialog.setWindowTitle(translate("Outlets", "Imprimer"))
        # A sheet is drawn whole: « pages 1 to 1 » would be promised and not kept.
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, False)
        if not dialog.exec():
            return None
        return _left(parent, printer, is_printed=not printer.outputFileName())


def print_sheet(
    outlets: Outlets,
    parent: QWidget,
    draw: Callable[[QPagedPaintDevice], None],
    *,
    printed: Callable[[], object],
    failed: Callable[[PrintingFailed], object],
) -> None:
    """Ask once for a printer and draw on it; nothing is said to who changes her mind."""
    if not outlets.has_printer():
        failed(NoPrinter())
        return
    printer = outlets.ask_printer(parent)
    if printer is None:
        return
    try:
        draw(printer)
    except PrintingFailed as failure:
        failed(failure)
    else:
        printed()


class Leaving(QEvent):
    """Sent to the window: something is about to leave the vault in clear."""

    KIND = QEvent.Type(QEvent.Type.User.value + 79)

    def __init__(self, *, is_printed: bool) -> None:
        super().__init__(self.KIND)
        self.is_printed = is_printed


def _left(parent: QWidget, where: T, *, is_printed: bool = False) -> T:
    """Have it written down by whoever listens at the window; return where it goes."""
    QCoreApplication.sendEvent(parent.window(), Leaving(is_printed=is_printed))
    return where
