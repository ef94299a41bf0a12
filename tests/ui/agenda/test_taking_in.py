"""Another calendar comes in beside the work of the day, and can be stopped."""

from pathlib import Path

import pytest

from desktop.ui.agenda import AgendaView, AgendaViewModel
from desktop.ui.agenda.state import Panel
from desktop.ui.background import Lane
from protocol.kinds.agenda import Absence
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk

EVENT = "BEGIN:VEVENT\r\nUID:{0}\r\nDTSTART:20261201T090000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Sixty events: more than one stretch."""
    path = tmp_path / "agenda.ics"
    path.write_text("BEGIN:VCALENDAR\r\n" + "".join(map(EVENT.format, range(60))) + "END:VCALENDAR")
    return path


def absences(desk: Desk) -> int:
    return len(desk.store.records.select(Absence))


def test_it_is_read_away_from_the_store_and_said_when_it_is_there(
    view: AgendaView, desk: Desk, background: InlineBackground, file: Path
) -> None:
    background.asked.clear()
    view._viewmodel.show_panel(Panel.OPENINGS)
    view._viewmodel.writer.calendar.begin(file)
    assert background.asked[0] is Lane.NETWORK
    assert absences(desk) == 60
    assert view.notice.sentence == "60 absences ajoutées."
    assert not view.openings.progress.isVisible()


def test_while_it_comes_in_there_is_a_way_out_under_the_hand(
    view: AgendaView, desk: Desk, background: InlineBackground, file: Path
) -> None:
    view._viewmodel.show_panel(Panel.OPENINGS)
    card = view.openings
    card.take_in.setFocus()
    background.hold()
    view._viewmodel.writer.calendar.begin(file)
    assert card.progress.isVisible()
    assert not card.take_in.isEnabled()
    assert card.progress.cancel.hasFocus()
    card.progress.cancel.click()
    background.release()
    assert absences(desk) == 0
    assert view.notice.sentence.startswith("Import arrêté\u00a0: ")
    assert (card.take_in.isEnabled(), card.progress.isVisible()) == (True, False)
    view._viewmodel.writer.calendar.begin(file)
    assert absences(desk) == 60, "it can be asked for again"


def test_stopped_half_way_what_is_written_stays_and_comes_once(
    model: AgendaViewModel, desk: Desk, file: Path
) -> None:
    calendar = model.writer.calendar
    told: list[tuple[object, bool]] = []
    calendar.taken.connect(lambda found, is_whole: told.append((found, is_whole)))

    def stop_once_begun() -> None:
        if calendar.taking is not None and calendar.taking.done:
            calendar.stop()

    calendar.changed.connect(stop_once_begun)
    calendar.begin(file)
    written = absences(desk)
    assert 0 < written < 60
    assert [is_whole for _, is_whole in told] == [False]
    calendar.changed.disconnect()
    calendar.begin(file)
    assert absences(desk) == 60
