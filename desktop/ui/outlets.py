"""Where a sheet can go: a file that is chosen, or a printer of this computer.

A screen is given them, so that a test can answer in their place.
"""

from pathlib import Path
from typing import Protocol

from PySide6.QtGui import QPagedPaintDevice
from PySide6.QtWidgets import QFileDialog, QWidget


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
        return printer if dialog.exec() else None
