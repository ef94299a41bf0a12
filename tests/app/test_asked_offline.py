"""« Synchroniser maintenant » without a network: she is told what came of it, once, in words."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget

from desktop.app.sync_runner import Phase, SyncProgress
from desktop.app.workspace import SYNC, TODAY
from desktop.ui.kit import notices
from desktop.ui.kit.notices import Notice
from desktop.ui.sync_page import SyncPageView
from tests.app.conftest import Opened
from tests.architecture.french import faults_of
from tests.support.accessibility import assert_accessible
from tests.support.office import Office


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a screen reader is given to say."""
    heard: list[str] = []

    def hear(_: QWidget, words: str) -> None:
        heard.append(words)

    monkeypatch.setattr(notices, "speak", hear)
    return heard


def ended(opened: Opened, phase: Phase, act: Callable[[], object]) -> None:
    """Do something that has Coffre look for the office, and wait until it has."""
    runner = opened.desk.runner
    opened.until(lambda: not runner.is_running)

    def has_ended(progress: SyncProgress) -> bool:
        return progress.phase is phase

    with opened.bot.waitSignal(runner.changed, check_params_cb=has_ended):
        act()


def sync_page(opened: Opened) -> SyncPageView:
    """Open the page once the first synchronisation has found no office."""
    opened.unlock()
    ended(opened, Phase.OFFLINE, opened.desk.runner.sync_now)
    page = opened.desk.window.open(SYNC)
    assert isinstance(page, SyncPageView)
    opened.until(lambda: page.viewmodel.state.report is not None)
    return page


def test_whoever_asks_without_a_network_is_told_so_and_what_waits(
    office: Office, opened: Opened, spoken: list[str]
) -> None:
    office.offline()
    page = sync_page(opened)
    assert not page.notice.isVisible(), "nobody asked: being offline is a normal state"
    spoken.clear()
    ended(opened, Phase.OFFLINE, page.sync_now.click)
    said = page.notice.sentence
    assert page.notice.isVisible()
    assert "modifications" in said
    assert faults_of(said) == []
    assert spoken == [said]
    assert_accessible(opened.desk.window)

    ended(opened, Phase.OFFLINE, page.sync_now.click)
    assert [one.sentence for one in shown(opened)] == [said], "nothing is stacked"
    assert spoken == [said, said], "and it is said again"

    ended(opened, Phase.OFFLINE, opened.desk.runner.sync_now)  # as if by itself
    assert page.notice.isVisible(), "it is still true"
    assert spoken == [said, said], "nobody asked this time"

    office.online()
    ended(opened, Phase.IDLE, page.sync_now.click)
    assert not page.notice.isVisible()


def test_asked_from_another_page_it_is_told_there_until_the_office_answers(
    office: Office, opened: Opened
) -> None:
    office.offline()
    sync_page(opened)
    window = opened.desk.window
    window.open(TODAY)
    ended(opened, Phase.OFFLINE, window.lease.remedy_asked.emit)
    assert window.notice.isVisible()
    assert faults_of(window.notice.sentence) == []
    office.online()
    ended(opened, Phase.IDLE, opened.desk.runner.sync_now)
    assert not window.notice.isVisible()


def shown(opened: Opened) -> list[Notice]:
    return [one for one in opened.desk.window.findChildren(Notice) if one.isVisible()]
