"""What leaves the window by the clipboard: kept out of histories, and taken back.

Windows, KDE and macOS keep what is copied, and Windows sends it to other machines, unless the copy
itself says not to. The names below are those password managers use.
"""

import sys

from PySide6.QtCore import QByteArray, QMimeData, QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

CLEAR_AFTER_S = 30
_WINDOWS = 'application/x-qt-windows-mime;value="{0}"'
_NO = QByteArray(b"\0\0\0\0")
_OURS = "application/x-coffre"


def discreet(text: str, platform: str = sys.platform) -> QMimeData:
    """Return a copy that clipboard histories and shared clipboards are asked to leave alone."""
    data = QMimeData()
    data.setText(text)
    data.setData(_OURS, QByteArray(b"1"))
    if platform == "win32":
        data.setData(_WINDOWS.format("CanIncludeInClipboardHistory"), _NO)
        data.setData(_WINDOWS.format("CanUploadToCloudClipboard"), _NO)
        for mark in ("Clipboard Viewer Ignore", "ExcludeClipboardContentFromMonitorProcessing"):
            data.setData(_WINDOWS.format(mark), QByteArray(b"1"))
    elif platform == "darwin":
        data.setData("application/x-nspasteboard-concealed-type", text.encode())
    else:
        data.setData("x-kde-passwordManagerHint", QByteArray(b"secret"))
    return data


class ClipboardGuard(QObject):
    """Whatever is copied from Coffre stays half a minute, and never longer than the lock."""

    def __init__(
        self,
        clipboard: QClipboard,
        *,
        clear_after_s: float = CLEAR_AFTER_S,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._clipboard = clipboard
        self._copied = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(clear_after_s * 1000))
        self._timer.timeout.connect(self.forget)
        clipboard.dataChanged.connect(self._hear)

    def copy(self, text: str) -> None:
        """Puts a text on the clipboard until it is replaced, locked away, or its time is up."""
        self._clipboard.setMimeData(discreet(text))
        self._note(text)

    def forget(self) -> None:
        """Clears the clipboard if what it holds comes from Coffre; call it when locking."""
        self._timer.stop()
        if self._is_ours():
            self._clipboard.clear()
        self._copied = ""
        # Selecting with the mouse is copying, on Linux.
        if self._clipboard.supportsSelection() and self._clipboard.ownsSelection():
            self._clipboard.clear(QClipboard.Mode.Selection)

    def _hear(self) -> None:
        """Something was copied, here (from a field of text) or in another program."""
        if self._comes_from_here():
            self._note(self._clipboard.text())
        else:
            self._timer.stop()
            self._copied = ""

    def _note(self, text: str) -> None:
        self._copied = text
        self._timer.start()

    def _comes_from_here(self) -> bool:
        if self._clipboard.ownsClipboard():
            return True
        # X11 tells who owns the clipboard; and looking at what another program copied would wait
        # for that program.
        if QGuiApplication.platformName() == "xcb":
            return False
        held: QMimeData | None = self._clipboard.mimeData()  # none after a clear
        return held is not None and held.hasFormat(_OURS)

    def _is_ours(self) -> bool:
        # Not every platform tells who owns the clipboard; then what we copied is recognised.
        return self._clipboard.ownsClipboard() or (
            bool(self._copied) and self._clipboard.text() == self._copied
        )
