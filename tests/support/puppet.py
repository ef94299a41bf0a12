"""The real program in its own process, its hands held: ``python -m tests.support.puppet PORT``.

It is started as people start it, and starts whoever takes over from it as it always does; each of
these processes calls the test on loopback and does what it is told, on the window's thread, by the
fields and keys that people use.
"""

import ctypes
import json
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

_PR_SET_PTRACER, _ANYBODY = 0x59616D61, ctypes.c_ulong(-1)


class Puppet:
    """Does, in the program, what the test asks."""

    def __init__(self) -> None:
        from PySide6.QtCore import QObject, Qt, Signal

        class Strings(QObject):
            pulled = Signal(object)

        self.application: Any = None  # the Application, once main has made it
        self._strings = Strings()
        self._strings.pulled.connect(self._do, Qt.ConnectionType.QueuedConnection)

    def obey(self, port: int) -> None:
        """Listen to the test for as long as the program lasts."""
        try:
            link = socket.create_connection(("127.0.0.1", port)).makefile("rw", encoding="utf-8")
        except OSError:
            return  # the test is over
        link.write(json.dumps({"pid": os.getpid(), "waits": "--relieve" in sys.argv}) + "\n")
        link.flush()
        while line := self._heard(link):
            answered = threading.Event()
            answer: dict[str, object] = {}
            self._strings.pulled.emit((json.loads(line), answer, answered))
            answered.wait(60)
            link.write(json.dumps(answer) + "\n")
            link.flush()

    def _heard(self, link: Any) -> str:
        """The test may be gone before the program is."""
        try:
            return str(link.readline())
        except OSError:
            return ""

    def _do(self, told: tuple[dict[str, str], dict[str, object], threading.Event]) -> None:
        asked, answer, answered = told
        try:
            answer["said"] = getattr(self, f"do_{asked.pop('do')}")(**asked)
        except Exception as failure:  # noqa: BLE001 - the test is told, and fails
            answer["failed"] = repr(failure)
        finally:
            answered.set()

    # -- what can be asked ----------------------------------------------------------------------

    def do_look(self) -> dict[str, object]:
        """What is in sight."""
        from PySide6.QtWidgets import QApplication

        window = self.application.window if self.application is not None else None
        desk = self.application.desk if self.application is not None else None
        return {
            "window": type(window).__name__,
            "is_visible": window is not None and window.isVisible(),
            "size": [window.width(), window.height()] if window is not None else [],
            "page": desk.window.current if desk is not None else "",
            "relief": bool(getattr(self.application._relief, "is_prepared", False)),
            "titles": [top.windowTitle() for top in QApplication.topLevelWidgets()],
            "words": self._words(window),
        }

    def do_unlock(self, passphrase: str) -> None:
        self.do_passphrase(passphrase)
        self.do_open()

    def do_passphrase(self, passphrase: str) -> None:
        from PySide6.QtTest import QTest

        QTest.keyClicks(self.application.window.field.line, passphrase)

    def do_open(self) -> None:
        self.application.window.open_button.click()

    def do_choose_code(self, passphrase: str, code: str) -> None:
        """Turn a short code on, from the settings that are in sight."""
        card = self._code_card()
        card.switch.click()
        card.asked.line.setText(passphrase)
        card.first.line.setText(code)
        card.second.line.setText(code)
        card.take_button.click()

    def do_settings(self) -> None:
        self.application.desk.window.open("settings")

    def do_code_stands(self) -> str:
        return str(self._code_card()._viewmodel.state.stand)

    def do_code(self, code: str) -> None:
        entry = self.application.window.code
        entry.field.line.setText(code)
        entry.open_button.click()

    def _code_card(self) -> Any:  # loaded by the program itself
        from desktop.ui.settings.code_card import CodeCard

        return self.application.desk.window.page("settings").findChild(CodeCard)

    def do_meet(self, person: str) -> None:
        self.application.desk.workspace.open_meeting(person, "")

    def do_person(self, person: str) -> None:
        self.application.desk.workspace.open_person(person)

    def do_can_type(self) -> bool:
        """Whether the editor has read what it shows: keys sent before go to nothing in sight."""
        field = self._field()
        return bool(field.isVisible() and field.isEnabled())

    def do_typed(self) -> str:
        return str(self._field().toPlainText())

    def do_type(self, text: str) -> None:
        from PySide6.QtTest import QTest

        QTest.keyClicks(self._field(), text)

    def do_copy(self) -> None:
        """What was typed, onto the clipboard, by the keys."""
        field = self._field()
        field.selectAll()
        field.copy()

    def do_clipboard(self) -> str:
        from PySide6.QtWidgets import QApplication

        return QApplication.clipboard().text()

    def do_search(self, text: str) -> None:
        from PySide6.QtTest import QTest

        from desktop.ui.search import SearchPalette

        self.application.desk.window.search_requested.emit()
        palette = self.application.desk.window.findChildren(SearchPalette)[0]
        QTest.keyClicks(palette.focusWidget() or palette, text)

    def do_export(self, what: str, path: str, follow_up: str = "") -> None:
        """By the page's own act; the question where to is answered for her."""
        from desktop.app.handout_page import HANDOUT
        from desktop.app.road_pages import TOUR
        from desktop.app.workspace import AGENDA
        from desktop.ui.outlets import SystemOutlets

        SystemOutlets.has_printer = lambda self: False  # type: ignore[method-assign]  # a test
        SystemOutlets.ask_path = lambda self, parent, name, kinds: Path(path)  # type: ignore[method-assign]  # a test
        desk = self.application.desk
        if what == "handout.pdf":
            desk.workspace.handouts.open(follow_up)
            sheet = desk.window.page(HANDOUT)
            self._once(lambda: sheet.preview.page_count or None, sheet.save_sheet)
        elif what == "tour.pdf":
            desk.workspace.road.open_tour()
            page = desk.window.page(TOUR)
            self._once(lambda: page._viewmodel.state.tour, page._save)
        else:
            page = desk.window.open(AGENDA)
            papers = page._papers
            act = papers.print if what == "agenda.pdf" else lambda: papers.export(False)
            self._once(lambda: page._viewmodel.state.read, act)

    def do_print(self, path: str, follow_up: str) -> None:
        """The hand-out, on a printer whose spool is a file; the dialog is answered for her."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        from desktop.app.handout_page import HANDOUT
        from desktop.ui.outlets import SystemOutlets

        def chosen(dialog: QPrintDialog) -> int:
            printer = dialog.printer()
            printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
            printer.setOutputFileName(path)
            return 1

        SystemOutlets.has_printer = lambda self: True  # type: ignore[method-assign]  # a test
        QPrintDialog.exec = chosen  # type: ignore[method-assign]  # a test
        desk = self.application.desk
        desk.workspace.handouts.open(follow_up)
        sheet = desk.window.page(HANDOUT)
        self._once(lambda: sheet.preview.page_count or None, sheet.print_sheet)

    def _once(self, is_read: Any, act: Any) -> None:
        """When the page has read what it shows."""
        from PySide6.QtCore import QTimer

        if is_read() is None:
            QTimer.singleShot(50, lambda: self._once(is_read, act))
        else:
            act()

    def do_refuse_writing(self, bytes_more: str) -> None:
        """From now on no file of this process grows: a full disk."""
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        most = int(bytes_more)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    def do_prepare(self) -> None:
        """Do not wait some seconds to have somebody wait."""
        self.application._prepare_relief()

    def do_lock(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        window = self.application.desk.window
        QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        if self.application.desk is not None:  # the window is not the active one, off-screen
            self.application.desk.lock_requested.emit()

    def do_sync(self) -> None:
        self.application.desk.runner.sync_now()

    def do_has_synced(self) -> bool:
        runner = self.application.desk.runner
        return runner.progress.last_success is not None and not runner.is_running

    def do_close(self) -> None:
        self.application.window.close()

    def do_crash(self) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)

    def do_leak(self, path: str) -> None:
        """The control of the search for leaks: what nobody should ever do."""
        Path(path).write_text(self._field().toPlainText(), "utf-8")

    def do_leak_pdf(self, path: str) -> None:
        """The same, drawn on a page."""
        from PySide6.QtGui import QPainter, QPdfWriter

        writer = QPdfWriter(path)
        painter = QPainter(writer)
        painter.drawText(200, 400, self._field().toPlainText())
        painter.end()

    def _field(self) -> Any:
        from PySide6.QtWidgets import QPlainTextEdit

        from desktop.app.writing_pages import FOLLOW_UP

        page = self.application.desk.window.page(FOLLOW_UP)
        held = page.shared.summary.field
        return held.findChild(QPlainTextEdit) or held

    def _words(self, window: Any) -> str:
        from PySide6.QtWidgets import QWidget

        if window is None:
            return ""
        shown = [getattr(w, "text", str) for w in window.findChildren(QWidget) if w.isVisible()]
        return " ".join(str(text()) for text in shown if callable(text))


def main(port: int, arguments: list[str]) -> int:
    """Run the program with its hands held."""
    from desktop.app import application, relief
    from desktop.config import process

    if os.geteuid() != 0:  # else nobody could look into its memory, which is the point elsewhere
        process.harden_process = lambda: None
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYBODY, 0, 0, 0)
    whole = application.Application
    known = relief.waiting_command

    class Held(whole):  # type: ignore[misc, valid-type]  # the class, as it is at this moment
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            puppet = self.puppet = Puppet()
            puppet.application = self
            threading.Thread(target=puppet.obey, args=(port,), daemon=True).start()

    def held(home: Path | None) -> list[str]:
        program, *rest = known(home)
        at = rest.index("desktop")
        return [program, *rest[:at], "tests.support.puppet", str(port), *rest[at + 1 :]]

    application.Application = Held  # type: ignore[misc]  # for this process alone
    relief.waiting_command = held

    from desktop.__main__ import main as run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
