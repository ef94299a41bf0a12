"""From start to end: first run or lock, then the workspace, then the lock again.

Whatever holds keys or text exists only between an unlock and a lock: the session, the workspace and
the synchronisation. Locking keeps what is being typed, closes the vault, and lets go of them all.
The heavy modules are loaded behind the lock screen, which must be there at once.
"""

import importlib
import random as uniform
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from desktop import __version__
from desktop.app.absence import Absence
from desktop.app.closing import Closing
from desktop.app.door import VaultDoor
from desktop.app.farewell import Farewell
from desktop.app.in_sight import InSight
from desktop.app.relief import Fate, Order, Relief, Watch
from desktop.app.short_way import ShortWay
from desktop.app.threshold import Threshold
from desktop.app.way_in import WayIn
from desktop.config.clock import Clock
from desktop.config.folders import Folders
from desktop.config.policy import Policy
from desktop.config.preferences import FILE_NAME, Preferences, PreferencesFile
from desktop.config.tries import FILE_NAME as TRIES_FILE
from desktop.config.tries import WrongTries
from desktop.ui.background import Lane, ThreadedBackground
from desktop.ui.collector import Collector
from desktop.ui.cover import cover
from desktop.ui.lock import LockView, LockViewModel
from desktop.ui.qt_words import speak_french
from desktop.ui.theme import Mode, Theme
from desktop.ui.window_hygiene import ClipboardGuard

if TYPE_CHECKING:
    from desktop.app.patience import Keyring
    from desktop.app.session import Session
    from desktop.app.unlocked import UnlockedDesk
    from desktop.crypto.kdf import KdfParams
    from desktop.crypto.randomness import Random

_PREPARE_AFTER_MS = 3_000
_BEHIND_THE_LOCK = ("desktop.app.session", "desktop.app.unlocked", "desktop.sync.connection")


class Application(QObject):
    """The program, from its first window to its last."""

    locked = Signal()
    unlocked = Signal()
    ended = Signal()
    """The person closed the window."""
    _upgraded = Signal(float)
    """How much of a vault of an earlier Coffre has been brought to this one."""

    def __init__(
        self,
        app: QApplication,
        folders: Folders,
        policy: Policy,
        clock: Clock,
        random: "Random",
        params: "KdfParams | None" = None,
        relief: Relief | None = None,
        keyring: "Keyring | None" = None,
    ) -> None:
        """``params`` is how costly deriving a key is; by default as costly as it should be.

        ``keyring`` stands in for the system's.

        ``relief`` takes the place of this process when it locks; without one the lock is shown
        here, and only what is let go of is gone.
        """
        super().__init__()
        self._app = app
        speak_french(app)
        self._folders = folders
        self._policy = policy
        self._clock = clock
        self._random = random
        self._way_in = WayIn(folders, random, params, self._upgraded.emit)
        self._relief = relief
        self._watch: Watch | None = None
        self._sealed: list[bytes] = []
        self._lock: LockViewModel | None = None
        self._preferences_file = PreferencesFile(folders.settings / FILE_NAME)
        self.preferences = self._preferences_file.read()
        self.theme = Theme(
            app,
            mode=Mode(self.preferences.appearance.value),
            scale=self.preferences.text_percent,
        )
        self.background = ThreadedBackground(self)
        self._short_way = ShortWay(
            self.background,
            self._way_in,
            clock,
            self,
            is_allowed=policy.quick_unlock,
            still_allowed=policy.still_allows_code,
            keyring=keyring,
        )
        self._short_way.looked.connect(self._look_for_code)
        self._collector = Collector(self)
        self._collector.start()
        self.clipboard = ClipboardGuard(app.clipboard(), parent=self)
        self._absence = Absence(app, self.preferences.lock_after_min, self)
        self._absence.began.connect(self.lock)
        self._closing = Closing(
            self.background,
            lambda: self._desk,
            lambda: bool(self._sealed),
            self._tell_closing,
            self.ended.emit,
        )
        self._in_sight = InSight(self._closing.may_close, self)
        self._in_sight.closed.connect(self.ended)
        self._in_sight.drawn.connect(self._drawn)
        self._farewell = Farewell(
            self.background,
            self._way_in.access,
            self._in_sight.show,
            self.ended.emit,
            lambda: folders.hold_a_vault,
            self._short_way.forget,
        )
        self._threshold = Threshold(
            self.background,
            self._way_in,
            policy,
            clock,
            random,
            show=self._in_sight.show,
            opened=self._take_back,
            begun=self._show_desk,
            refused=self._could_not_begin,
        )
        self._desk: UnlockedDesk | None = None
        app.setApplicationDisplayName("Coffre")
        app.setQuitOnLastWindowClosed(False)
        self.theme.install()

    @property
    def window(self) -> QWidget | None:
        """The window in sight."""
        return self._in_sight.window

    @property
    def desk(self) -> "UnlockedDesk | None":
        """What exists while the laptop is unlocked."""
        return self._desk

    def start(self) -> None:
        """Show the first window."""
        try:
            self._folders.make()
        except OSError as refusal:
            self._show_stopped(refusal)
            return
        if self._folders.hold_a_withdrawal:
            self._farewell.finish(self._show_first)
        else:
            self._show_first()

    def wait(self, watch: Watch) -> None:
        """Have the lock ready, out of sight, for the Coffre that ``watch`` hears."""
        self._watch = watch
        _, view = self._made_lock()
        view.ensurePolished()

        def relieve(order: Order) -> None:
            self._prefer(order.preferences)
            self.theme.choose_mode(Mode(order.preferences.appearance.value))
            self.theme.choose_scale(order.preferences.text_percent)
            if order.is_withdrawn:
                view.deleteLater()
                self._farewell.relieve(order, watch, self._show_first)
                return
            order.show(view)
            self._in_sight.show(view)

        watch.ordered.connect(relieve)
        watch.sealed.connect(self._keep_sealed)
        watch.dismissed.connect(self.ended)
        watch.begin()

    def lock(self) -> None:
        """Keep what is typed, close the vault, show the lock."""
        if self._desk is None:
            return
        desk, self._desk = self._desk, None
        self._absence.stop()
        if self._relief is not None:
            self._relief.take_over(Order.of(desk.window, self.preferences), desk.window.hide)
        close = desk.leave()
        self.clipboard.forget()
        if self._relief is None:
            self._show_lock()
        else:
            cover(desk.window)
        self.background.run(Lane.STORE, close, self._closed, self._could_not_close)

    def withdraw(self) -> None:
        """Destroy the vault, at the Département's order, and say so on the one page left."""
        if self._desk is None:
            return
        desk, self._desk = self._desk, None
        self._absence.stop()
        order = Order.of(desk.window, self.preferences, is_withdrawn=True)
        relief = self._relief
        tell: Callable[[Fate], None]
        if relief is not None and relief.take_over(order, desk.window.hide):
            cover(desk.window)
            tell = partial(relief.leave, [])
        else:
            tell = self._farewell.page()
        destroy = desk.withdraw()
        self.clipboard.forget()
        self._farewell.carry_out(destroy, lambda fate: self._destroyed(tell, fate))

    def close(self) -> None:
        """Keep what is typed and close everything; safe to call twice."""
        self._absence.stop()
        self._short_way.stop()
        desk, self._desk = self._desk, None
        if desk is not None:
            self.background.run(Lane.STORE, desk.leave(), _ignore, _ignore)
        self._threshold.close()
        self.clipboard.forget()
        if self._relief is not None:
            self._relief.dismiss()
        self.background.close(drain=True)
        self._in_sight.show(None)
        self._collector.stop()

    def tell_unforeseen(self, failure: BaseException) -> None:
        """Say that something was not foreseen; what was typed is kept by the draft."""
        if isinstance(failure, Exception):
            self._report(failure)

    # -- windows --------------------------------------------------------------------------------

    def _show_stopped(self, refusal: OSError) -> None:
        from desktop.services.errors import from_system
        from desktop.ui.errors import sentence
        from desktop.ui.stopped import StoppedView

        view = StoppedView(sentence(from_system(refusal)))
        view.left.connect(self.ended)
        self._in_sight.show(view)

    def _show_first(self) -> None:
        if not self._folders.hold_a_vault:
            self._threshold.first_run()
        else:
            self._show_lock()

    def _destroyed(self, tell: Callable[[Fate], None], fate: Fate) -> None:
        self._collector.collect_all()
        self.locked.emit()
        tell(fate)

    def _show_lock(self) -> LockViewModel:
        viewmodel, view = self._made_lock()
        self._in_sight.show(view)
        self._look_for_code()
        return viewmodel

    def _look_for_code(self) -> None:
        """At the lock alone, and never before it is in sight."""
        if self._lock is not None and self._desk is None and self._in_sight.has_drawn:
            self._lock.look_for_code()

    def _made_lock(self) -> tuple[LockViewModel, LockView]:
        wait = None if self._watch is None else self._watch.wait_until_gone
        tries = WrongTries(self._folders.vault / TRIES_FILE)
        door = VaultDoor(self._way_in.access, wait, tries, self._short_way)
        lock = self._lock = LockViewModel(self.background, door, time.monotonic, self)
        lock.opened.connect(lambda: self._threshold.go_in(door.take()))
        lock.end_insisted.connect(self._closing.end)
        self._upgraded.connect(lock.tell_upgrade)
        self.background.run(Lane.STORE, door.wrong_tries, lock.remember_tries, _ignore)
        view = LockView(lock, __version__)
        view.safety_requested.connect(self._show_safety)
        return lock, view

    def _show_safety(self) -> None:
        from desktop.app.safety_page import show_safety

        delay, copy = self.preferences.lock_after_min, self.clipboard.copy
        show_safety(
            self.background,
            self._folders.vault,
            delay,
            self._desk,
            copy,
            self._short_way.finding,
            parent=self.window,
        )

    def _take_back(self, session: "Session") -> None:
        """On the store's lane: write what no disk would take before."""
        from desktop.app.handover import still_refused

        self._sealed = still_refused(session, self._sealed)

    def _could_not_begin(self, failure: Exception) -> None:
        self._show_lock().tell(failure)

    def _show_desk(self, session: "Session") -> None:
        from desktop.app.unlocked import UnlockedDesk
        from desktop.services.errors import DiskFull

        self._desk = UnlockedDesk(
            session,
            access=self._way_in.access(),
            background=self.background,
            theme=self.theme,
            clock=self._clock,
            policy=self._policy,
            preferences=lambda: self.preferences,
            preferences_file=self._preferences_file,
            random=uniform.SystemRandom().random,
            short_way=self._short_way,
        )
        self._desk.lock_requested.connect(self.lock)
        self._desk.safety_requested.connect(self._show_safety)
        self._desk.preferences_changed.connect(self._prefer)
        self._desk.withdrawn.connect(self.withdraw)
        self._in_sight.show(self._desk.window)
        self._absence.start()
        self._desk.begin()
        self._short_way.renew(session.unlocked)
        if self._sealed:
            self._desk.report(DiskFull())
        if self._relief is not None:
            QTimer.singleShot(_PREPARE_AFTER_MS, self, self._prepare_relief)
        self.unlocked.emit()

    # -- inside ---------------------------------------------------------------------------------

    def _prefer(self, preferences: Preferences) -> None:
        self.preferences = preferences
        self._absence.set_delay(preferences.lock_after_min)

    def _prepare_relief(self) -> None:
        """Soon after an unlock, not with it: another program starting would slow it."""
        if self._relief is not None and self._desk is not None:
            self.background.run(Lane.STORE, self._relief.prepare, _ignore, _ignore)

    def _closed(self, sealed: bytes | None) -> None:
        """The vault is closed; with a relief, nothing of this process comes after."""
        if sealed is not None:
            self._keep_sealed(sealed)
        self._collector.collect_all()
        self.locked.emit()
        if self._relief is not None:
            self._relief.leave(self._sealed)

    def _tell_closing(self) -> None:
        if self._lock is not None:
            self._lock.tell_closing()

    def _could_not_close(self, failure: Exception) -> None:
        self._report(failure)
        if self._relief is not None:
            self._relief.leave(self._sealed)

    def _keep_sealed(self, sealed: bytes) -> None:
        self._sealed.append(sealed)
        if self._lock is not None:
            self._lock.tell_unwritten()

    def _report(self, failure: Exception) -> None:
        if self._desk is not None:
            self._desk.report(failure)

    def _drawn(self) -> None:
        """The first window is there: load what follows."""
        if self._watch is not None:
            self._watch.tell_shown()

        # Not before the first picture, which two threads would draw later than one.
        def load() -> None:
            for name in _BEHIND_THE_LOCK:
                importlib.import_module(name)

        self.background.run(Lane.STORE, load, _ignore, _ignore)
        self._look_for_code()
        self._short_way.begin()


def _ignore(_: object) -> None:
    """Nothing to tell anybody."""
