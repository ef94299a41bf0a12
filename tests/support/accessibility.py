"""Walks a window as a screen reader, the Tab key and large text do, and lists what they trip on.

assert_accessible(window)      # names, clipping and order; call it at 100 and at 200 %
"""

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QWidget,
)

_TOLERANCE_PX = 2
_TURNS = 20


def assert_accessible(window: QWidget) -> None:
    """Fails with every finding that stays, one a line.

    A text that wraps is given its height some turns of the event loop after its width.
    """
    findings: list[str] = []
    for _ in range(_TURNS):
        findings = [*unnamed(window), *clipped(window), *disordered(window)]
        if not findings:
            return
        QApplication.processEvents()
    raise AssertionError("\n".join(findings))


def unnamed(window: QWidget) -> list[str]:
    """Widgets that take the keyboard and that a screen reader could not name."""
    return [
        f"{_described(widget)}: no accessible name"
        for widget in _stops(window)
        if not accessible_name(widget)
    ]


def accessible_name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip()


def clipped(window: QWidget) -> list[str]:
    """Words that do not fit where they are, and pages that would scroll sideways."""
    findings = []
    for widget in _visible(window):
        problem = _clipping(widget)
        if problem:
            findings.append(f"{_described(widget)}: {problem}")
    return findings


def disordered(window: QWidget) -> list[str]:
    """Places where the Tab key goes back up a column, or back along a line."""
    stops = list(_stops(window))
    return [
        f"{_described(before)} then {_described(after)}: against the reading order"
        for before, after in pairwise(stops)
        if _goes_back(_place(before, window), _place(after, window))
    ]


def _clipping(widget: QWidget) -> str:
    if isinstance(widget, QScrollArea) and widget.horizontalScrollBar().maximum() > 0:
        return "scrolls sideways"
    if _sticks_out(widget):
        return "sticks out of its parent"
    if isinstance(widget, QLabel):
        return _label_clipping(widget)
    if isinstance(widget, (QCheckBox, QRadioButton)) and widget.hasHeightForWidth():
        return _too_low(widget, widget.heightForWidth(widget.width()))
    if isinstance(widget, (QAbstractButton, QComboBox)):
        return _too_narrow(widget, widget.sizeHint().width()) or _too_low(
            widget, widget.sizeHint().height()
        )
    if isinstance(widget, QLineEdit):
        return _too_low(widget, widget.minimumSizeHint().height())
    return ""


def _label_clipping(label: QLabel) -> str:
    if not label.text():
        return ""
    if not label.wordWrap():
        return _too_narrow(label, label.sizeHint().width()) or _too_low(
            label, label.sizeHint().height()
        )
    # A word that is not to be broken has to fit whole.
    longest = max(label.fontMetrics().horizontalAdvance(word) for word in label.text().split(" "))
    return _too_narrow(label, longest) or _too_low(label, label.heightForWidth(label.width()))


def _too_narrow(widget: QWidget, needed: int) -> str:
    lacks = needed - widget.width() > _TOLERANCE_PX
    return f"{widget.width()} px wide, needs {needed}" if lacks else ""


def _too_low(widget: QWidget, needed: int) -> str:
    lacks = needed - widget.height() > _TOLERANCE_PX
    return f"{widget.height()} px high, needs {needed}" if lacks else ""


def _sticks_out(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or widget.size().isEmpty():
        return False
    scrolled = isinstance(parent.parentWidget(), QAbstractScrollArea)
    spare = parent.rect().adjusted(-_TOLERANCE_PX, -_TOLERANCE_PX, _TOLERANCE_PX, _TOLERANCE_PX)
    return not scrolled and not spare.contains(widget.geometry())


def _stops(window: QWidget) -> Iterator[QWidget]:
    """Where the Tab key stops, in its order."""
    widget: QWidget | None = window
    while widget is not None:
        if _takes_tab(widget) and widget.isVisibleTo(window):
            yield widget
        widget = widget.nextInFocusChain()
        if widget is window:
            return


def _takes_tab(widget: QWidget) -> bool:
    tab = Qt.FocusPolicy.TabFocus.value
    return widget.isEnabled() and bool(widget.focusPolicy().value & tab) and not widget.focusProxy()


def _visible(window: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisibleTo(window) and not widget.objectName().startswith("qt_")
    ]


def _place(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def _goes_back(before: QRect, after: QRect) -> bool:
    same_column = before.left() < after.right() and after.left() < before.right()
    same_line = before.top() < after.bottom() and after.top() < before.bottom()
    went_up = after.bottom() <= before.top()
    went_left = after.right() <= before.left()
    return (same_column and went_up) or (same_line and went_left)


def _described(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, (QLabel, QAbstractButton)) else ""
    words = (text or widget.accessibleName() or widget.objectName())[:40]
    return f"{type(widget).__name__} « {words} »"
