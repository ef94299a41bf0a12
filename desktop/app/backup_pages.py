"""« Sauvegardes » in an unlocked laptop: its page, and the copies made by themselves."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.app.backup_watch import BackupWatch
from desktop.app.backups import backups_of, exporter_of
from desktop.app.session import Session
from desktop.app.sync_runner import Phase, SyncProgress
from desktop.config.clock import Clock
from desktop.ui.background import Background
from desktop.ui.backups import BackupsView, BackupsViewModel, ExportViewModel
from desktop.ui.changes import ChangeBoard
from desktop.ui.keys.ports import Advice
from desktop.ui.main_window.sections import Section
from desktop.ui.main_window.window import MainWindow

BACKUPS = "backups"


class BackupPages(QObject):
    """Makes the page when it is first opened; copies until the laptop is locked."""

    def __init__(
        self,
        session: Session,
        background: Background,
        board: ChangeBoard,
        clock: Clock,
        window: MainWindow,
        advice: Advice,
        parent: QObject | None = None,
    ) -> None:
        """``advice`` rates the passphrase of an exported file."""
        super().__init__(parent)
        self._advice = advice
        self._exporter = exporter_of(session)
        self._background = background
        self._board = board
        self._clock = clock
        self._window = window
        self._backups = backups_of(session)
        self.watch = BackupWatch(background, self._backups.snapshots, self)
        board.changed.connect(lambda _: self.watch.tell_written())
        window.register(Section(BACKUPS, "", self._page))

    def begin(self) -> None:
        """Copy once it is quiet."""
        self.watch.start()

    def open(self) -> None:
        """Show the copies."""
        self._window.open(BACKUPS)

    def tell_sync(self, progress: SyncProgress) -> None:
        """A synchronisation goes first: both would slow each other down."""
        if progress.phase is Phase.RUNNING:
            self.watch.hold()
        else:
            self.watch.release()

    def stop(self) -> None:
        """No more copies."""
        self.watch.close()

    def let_go(self) -> None:
        """In the store's lane, before the vault is closed: nothing reads it beside us any more."""
        self._backups.close()
        self._exporter.close()

    def _page(self) -> QWidget:
        viewmodel = BackupsViewModel(
            self._background,
            self._backups.snapshots.all,
            self._backups.restoring,
            self.watch,
            self._board,
            self._clock,
        )
        self.watch.changed.connect(viewmodel.hear)
        view = BackupsView(
            viewmodel, ExportViewModel(self._background, self._exporter, self._advice, self)
        )
        view.closed.connect(self._window.back)
        view.undo_offered.connect(self._window.offer_undo)
        return view
