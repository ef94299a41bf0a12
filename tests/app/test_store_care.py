"""While the vault is open its file is looked after, and what is found is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.app.store_care import StoreCare
from desktop.services.vault_access import Unlocked
from desktop.services.vault_keeping import VaultNews, Witness
from desktop.store.commit_mark import MARK_FILE
from desktop.ui.changes import ChangeBoard
from desktop.ui.main_window.vault_notice import VaultNotice
from tests.campaigns.field_laptop import prepare
from tests.campaigns.known_vault import KnownVault
from tests.support.fleet import access
from tests.support.inline_background import InlineBackground


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> KnownVault:
    folder = tmp_path_factory.mktemp("care") / "vault"
    prepare(folder, persons=1)
    return KnownVault.of(folder)


@pytest.fixture
def vault(known: KnownVault, tmp_path: Path) -> Path:
    return known.copy(tmp_path / "vault")


@pytest.fixture
def opened() -> Iterator[list[Unlocked]]:
    held: list[Unlocked] = []
    yield held
    for unlocked in held:
        unlocked.close()


def _care(known: KnownVault, vault: Path, opened: list[Unlocked]) -> StoreCare:
    opened.append(known.open(vault))
    return StoreCare(InlineBackground(), access(vault), opened[-1].keeping, ChangeBoard())


def test_a_damaged_page_is_found_though_nobody_reads_it_and_its_repair_is_offered(
    known: KnownVault, vault: Path, opened: list[Unlocked], qapp: object
) -> None:
    content = bytearray((vault / "coffre.db").read_bytes())
    content[-5_000] ^= 1
    (vault / "coffre.db").write_bytes(content)
    care, notice = _care(known, vault, opened), VaultNotice()
    care.damaged.connect(notice.show_damage)
    notice.repair_asked.connect(care.ask_repair)
    locks: list[bool] = []
    care.repair_ready.connect(lambda: locks.append(True))
    care.check()
    assert not notice.isHidden()
    notice.remedy.click()
    assert locks == [True]
    assert (vault / "coffre.repair").exists()


def test_a_whole_file_is_said_nothing_of(
    known: KnownVault, vault: Path, opened: list[Unlocked], qapp: object
) -> None:
    care, notice = _care(known, vault, opened), VaultNotice()
    care.damaged.connect(notice.show_damage)
    care.told.connect(notice.show_news)
    care.begin()
    for _ in range(4):
        care.check()
    assert notice.isHidden()
    care.stop()


def test_after_saves_the_side_file_is_emptied_and_the_reserve_is_there(
    known: KnownVault, vault: Path, opened: list[Unlocked], qapp: object
) -> None:
    care = _care(known, vault, opened)
    store = opened[0].store
    with store.database.transaction():
        store.state.set("typed", "Dort mal.")
    assert (vault / "coffre.db-wal").stat().st_size > 0
    care.settle()
    assert (vault / "coffre.db-wal").stat().st_size == 0
    assert (vault / "coffre.reserve").stat().st_size == 8 * 1024 * 1024


def test_news_stay_until_they_are_read(
    known: KnownVault, vault: Path, opened: list[Unlocked], qapp: object
) -> None:
    (vault / MARK_FILE).unlink()
    care, notice = _care(known, vault, opened), VaultNotice()
    heard: list[VaultNews] = []
    care.told.connect(heard.append)
    care.told.connect(notice.show_news)
    notice.read.connect(care.forget_news)
    care.look()
    assert heard[0].put_back is not None
    assert heard[0].put_back.witness is Witness.NOBODY
    assert "repère" in notice.sentence
    notice.remedy.click()
    assert notice.isHidden()
    care.heard()
    assert heard[-1] == VaultNews()
