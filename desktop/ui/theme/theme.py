"""Wears the tokens: palette, style sheet and font of the whole application, changed live."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop.ui.assets import asset, asset_bytes
from desktop.ui.theme.palette import palette_for
from desktop.ui.theme.stylesheet import stylesheet_for
from desktop.ui.theme.tokens import (
    BASE_TEXT_PX,
    DARK,
    LARGEST_SCALE,
    LIGHT,
    SMALLEST_SCALE,
    Tokens,
)

FONT_FAMILY = "Inter"
_WORN = "coffre-theme"
_REDUCED_MOTION = 1
# The size in points of an interface font that nobody has changed.
_UNSCALED_POINTS = {"windows": 9.0, "cocoa": 13.0}


class Mode(StrEnum):
    """What the person chose; `SYSTEM` follows the computer."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


class Theme(QObject):
    """The look of the application and the choices behind it.

    Built once by the application and worn with `install()`. `scale=None` follows the system's text
    size where Qt tells it.
    """

    changed = Signal()

    def __init__(
        self, app: QApplication, *, mode: Mode = Mode.SYSTEM, scale: int | None = None
    ) -> None:
        super().__init__()
        self._app = app
        self._mode = mode
        self._system_scale = system_text_scale(
            QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont),
            QGuiApplication.platformName(),
        )
        self._chosen_scale = None if scale is None else _within_bounds(scale)
        self._tokens = self._chosen_tokens()
        app.styleHints().colorSchemeChanged.connect(self._follow_system)

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def scale(self) -> int:
        return self._system_scale if self._chosen_scale is None else self._chosen_scale

    @property
    def tokens(self) -> Tokens:
        return self._tokens

    @property
    def reduces_motion(self) -> bool:
        """Whether the system asked programs to hold still."""
        # Read as a property: Qt before 6.12 does not have it, and then says nothing.
        hints = self._app.styleHints()
        said = hints.accessibility().property("motionPreference")
        return bool(getattr(said, "value", said) == _REDUCED_MOTION)

    def install(self) -> None:
        """Takes the place of any theme worn before."""
        for worn in self._app.findChildren(Theme, _WORN, Qt.FindChildOption.FindDirectChildrenOnly):
            worn.setParent(None)
        self.setObjectName(_WORN)
        self.setParent(self._app)
        load_fonts()
        with _no_collection():
            self._app.setStyle("Fusion")
        self._wear()

    def choose_mode(self, mode: Mode) -> None:
        if mode is not self._mode:
            self._mode = mode
            self._choose_again()

    def choose_scale(self, scale: int | None) -> None:
        wanted = None if scale is None else _within_bounds(scale)
        if wanted != self._chosen_scale:
            self._chosen_scale = wanted
            self._choose_again()

    def _wants_dark(self) -> bool:
        if self._mode is Mode.SYSTEM:
            scheme = self._app.styleHints().colorScheme()
            return scheme == Qt.ColorScheme.Dark
        return self._mode is Mode.DARK

    def _follow_system(self) -> None:
        if self._mode is Mode.SYSTEM:
            self._choose_again()

    def _chosen_tokens(self) -> Tokens:
        return replace(DARK if self._wants_dark() else LIGHT, scale=self.scale)

    def _choose_again(self) -> None:
        """Puts the new choice on at once, if this theme is worn and the look really changes."""
        tokens = self._chosen_tokens()
        if tokens != self._tokens:
            self._tokens = tokens
            if self.parent() is self._app:
                self._wear()

    def _wear(self) -> None:
        tokens = self._tokens
        font = QFont(FONT_FAMILY)
        font.setPixelSize(tokens.text_px(BASE_TEXT_PX))
        with _no_collection():
            self._app.setPalette(palette_for(tokens))
            self._app.setFont(font)
            self._app.setStyleSheet(stylesheet_for(tokens))
        self.changed.emit()


def current_tokens() -> Tokens:
    """What the application wears now; the light theme at 100 % before any theme is installed."""
    app = QApplication.instance()
    if app is None:
        return LIGHT
    worn = app.findChild(Theme, _WORN, Qt.FindChildOption.FindDirectChildrenOnly)
    return LIGHT if worn is None else worn.tokens


@contextmanager
def _no_collection() -> Iterator[None]:
    """Qt walks a list of all widgets here and calls into Python for each.

    Were Python to collect garbage then, it could delete a forgotten widget that Qt has yet to
    reach, and the application would crash.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def load_fonts() -> None:
    """Makes Inter known to Qt, once in a process: loading it twice would only cost time."""
    if FONT_FAMILY in QFontDatabase.families():
        return
    for font in sorted(asset("fonts").iterdir(), key=lambda entry: entry.name):
        if font.name.endswith(".ttf"):
            QFontDatabase.addApplicationFontFromData(asset_bytes("fonts", font.name))


def system_text_scale(font: QFont, platform: str) -> int:
    """The text size asked of the system, in per cent.

    Windows and macOS enlarge the interface font. Elsewhere the setting reaches Qt as a screen
    density, which already enlarges everything.
    """
    unscaled = _UNSCALED_POINTS.get(platform)
    if unscaled is None or font.pointSizeF() <= 0:
        return SMALLEST_SCALE
    return _within_bounds(round(100 * font.pointSizeF() / unscaled))


def _within_bounds(scale: int) -> int:
    return min(max(scale, SMALLEST_SCALE), LARGEST_SCALE)
