"""The sheet that a person takes home: read from the store, drawn, made a PDF; nobody waits for it.

The floor is the same words by the barest path: one document of Qt on one sheet of A5, plain.
"""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QApplication

from benchmarks.measure import at_most, measure, percentile, report
from benchmarks.size import Size
from desktop.services.appointments import Plan
from desktop.services.handouts import Handouts
from desktop.ui.handout.paper import draw
from desktop.ui.handout.words import blocks_of, plain
from desktop.ui.theme import Mode, Theme
from protocol.ids import FollowUpId, PlaceId
from protocol.kinds import Place
from protocol.kinds.agenda import Motive
from tests.support.laptop import Desk, make_desk, seed_small

_RUNS = 5
"""Sheets for each short run that is asked for."""
_SAID = "Nous avons parlé du courrier de la CAF. Le 3114 répond jour et nuit, sans rien demander."


def run(folder: Path, size: Size) -> None:
    """Measure, print and write ``build/bench/handout.json``."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    Theme(app, mode=Mode.LIGHT, scale=100).install()
    desk = make_desk(folder / "laptop")
    met = _met(desk)
    runs = _RUNS * size.short_runs
    first, _ = _timed(desk.handouts, met)
    times, floors = [], []
    for _ in range(runs):
        taken, words = _timed(desk.handouts, met)
        times.append(taken)
        floors.append(_plain_sheet(words))
    bare = percentile(floors, 0.95)
    report(
        "handout",
        [
            measure("hand-out, the first of the day", first, "ms", n=1, runs=1, goal=at_most(1000)),
            measure(
                "hand-out with its map, p95",
                percentile(times, 0.95),
                "ms",
                floor=bare,
                n=1,
                runs=runs,
                goal=at_most(1000),
            ),
        ],
    )
    desk.store.close()


def _met(desk: Desk) -> FollowUpId:
    """Record a meeting and the next one, in a lieu away from home: a map is drawn."""
    yves = seed_small(desk)[1]
    desk.clock.advance(hours=1)
    lieu = next(it for it in desk.store.records.select(Place) if it.name == "Chef-Boutonne")
    at = desk.clock.now() + timedelta(days=28)
    desk.appointments.plan(Plan(yves, at, 60, PlaceId(lieu.id), Motive.FOLLOW_UP))
    written = replace(desk.follow_ups.begin(yves), for_person=_SAID, next_at=None)
    return desk.follow_ups.finish(written).value


def _timed(handouts: Handouts, met: FollowUpId) -> tuple[float, str]:
    """Return the milliseconds of a sheet, all of it, and its words."""
    start = time.perf_counter()
    blocks = blocks_of(handouts.prepare(met), frozenset(), None, with_map=True)
    drawn = draw(blocks)
    taken = (time.perf_counter() - start) * 1000
    assert b"/Subtype /Image" in drawn.pdf  # the map
    return taken, plain(blocks)


def _plain_sheet(words: str) -> float:
    start = time.perf_counter()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    document = QTextDocument(words)
    document.print_(writer)
    del writer
    return (time.perf_counter() - start) * 1000
