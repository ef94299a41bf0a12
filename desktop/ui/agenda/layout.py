"""Where things stand in the agenda: computed once for a width and a text size, then only read."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRect

from desktop.ui.agenda.cells import Cell, DayColumn, Group

GAP = 12
_CELL_GAP = 6
_WEEK = 7


@dataclass(frozen=True)
class Sizes:
    """Heights that follow the text."""

    head: int
    pill: int
    cell: int
    month_cell: int


@dataclass
class Placed:
    """The page: cells in reading order with their places, and what is written around them."""

    cells: list[Cell] = field(default_factory=list)
    rects: list[QRect] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    """For each cell, which column it stands in."""
    heads: list[tuple[QRect, DayColumn]] = field(default_factory=list)
    pills: list[tuple[QRect, str]] = field(default_factory=list)
    weekdays: list[tuple[QRect, int]] = field(default_factory=list)
    height: int = 0

    def put(self, cell: Cell, rect: QRect, column: int) -> None:
        self.cells.append(cell)
        self.rects.append(rect)
        self.columns.append(column)


def place_days(days: Sequence[DayColumn], width: int, sizes: Sizes) -> Placed:
    """Days side by side; mornings and afternoons each begin on one line."""
    page = Placed()
    if not days:
        return page
    room = (width - GAP * (len(days) - 1)) / len(days)
    lefts = [round(at * (room + GAP)) for at in range(len(days))]
    for at, day in enumerate(days):
        page.heads.append((QRect(lefts[at], 0, int(room), sizes.head), day))
    noon = sizes.head + max(_height(day.halves[0], sizes) for day in days)
    bottoms = [noon]
    for at, day in enumerate(days):
        _place_half(page, day.halves[0], QRect(lefts[at], sizes.head, int(room), 0), at, sizes)
        box = QRect(lefts[at], noon, int(room), 0)
        bottoms.append(_place_half(page, day.halves[1], box, at, sizes))
    page.height = max(bottoms)
    return page


def place_month(cells: Sequence[Cell], width: int, sizes: Sizes) -> Placed:
    """Weeks one under the other, Mondays at the left."""
    page = Placed()
    room = (width - _CELL_GAP * (_WEEK - 1)) / _WEEK
    lefts = [round(at * (room + _CELL_GAP)) for at in range(_WEEK)]
    page.weekdays = [(QRect(left, 0, int(room), sizes.head), at) for at, left in enumerate(lefts)]
    for at, cell in enumerate(cells):
        week, column = divmod(at, _WEEK)
        top = sizes.head + week * (sizes.month_cell + _CELL_GAP)
        page.put(cell, QRect(lefts[column], top, int(room), sizes.month_cell), column)
    weeks = -(-len(cells) // _WEEK)
    page.height = sizes.head + weeks * (sizes.month_cell + _CELL_GAP)
    return page


def _place_half(
    page: Placed, groups: Sequence[Group], box: QRect, column: int, sizes: Sizes
) -> int:
    top = box.top()
    for group in groups:
        if group.name:
            page.pills.append((QRect(box.left(), top, box.width(), sizes.pill), group.name))
            top += sizes.pill + _CELL_GAP
        for cell in group.cells:
            page.put(cell, QRect(box.left(), top, box.width(), sizes.cell), column)
            top += sizes.cell + _CELL_GAP
        top += _CELL_GAP
    return top


def _height(groups: Sequence[Group], sizes: Sizes) -> int:
    pills = sum(bool(group.name) for group in groups)
    cells = sum(len(group.cells) for group in groups)
    lines = pills * (sizes.pill + _CELL_GAP) + cells * (sizes.cell + _CELL_GAP)
    return lines + len(groups) * _CELL_GAP
