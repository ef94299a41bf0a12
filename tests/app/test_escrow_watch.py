"""What became of the Département's key is said above the page until it is read, and once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from desktop.app.escrow_watch import EscrowWatch
from desktop.crypto.escrow import EscrowKey
from desktop.domain.touched import Touched
from desktop.services.escrow import EscrowReports, take_policy
from desktop.ui.changes import ChangeBoard
from desktop.ui.main_window.escrow_notice import EscrowNotice
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, SeededRandom, make_desk

KEY, OTHER = (EscrowKey.generate(SeededRandom(seed)).public for seed in (1, 2))


@pytest.fixture
def desk(tmp_path: Path, qapp: QCoreApplication) -> Iterator[Desk]:
    desk = make_desk(tmp_path / "laptop")
    yield desk
    desk.store.close()


def begin(desk: Desk, told: bytes | None) -> EscrowNotice:
    """Open the vault under a policy; return what stands above the page."""
    escrow = take_policy(desk.store, desk.clock, told, is_readable=True)
    workplace = replace(desk.workplace, escrow=escrow)
    board, notice = ChangeBoard(), EscrowNotice()
    watch = EscrowWatch(InlineBackground(), EscrowReports(workplace, desk.directory), board, notice)
    watch.told.connect(notice.show_news)
    notice.read.connect(watch.read)
    board.announce(frozenset({Touched("circle_key", "", None)}))
    return notice


def test_a_laptop_without_a_key_says_nothing(desk: Desk) -> None:
    assert begin(desk, None).isHidden()


def test_it_stands_above_the_page_until_it_is_read_and_never_again(desk: Desk) -> None:
    told = KEY.signing + KEY.encryption
    assert not begin(desk, told).isHidden()
    notice = begin(desk, told)  # locked, and opened again: nobody had read it
    assert "clé de secours" in notice.sentence
    assert "aucune note clinique" in notice.sentence
    assert KEY.fingerprint in notice.sentence
    notice.remedy.click()
    assert notice.isHidden()
    assert begin(desk, told).isHidden()
    changed = begin(desk, OTHER.signing + OTHER.encryption)
    assert OTHER.fingerprint in changed.sentence
    changed.remedy.click()
    assert "n’a plus de clé de secours" in begin(desk, None).sentence
