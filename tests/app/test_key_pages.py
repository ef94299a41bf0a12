"""The pages about keys in the real window, and what is said when a colleague's keys change."""

from dataclasses import replace

from desktop.app.key_pages import COLLEAGUES, KEY_SHARES, LAPTOPS
from desktop.app.workspace import SETTINGS
from desktop.crypto.identity import Identity
from desktop.domain.touched import Touched
from desktop.ui.background import Lane
from desktop.ui.own_keys import ColleaguesView, LaptopsView, SharesView
from desktop.ui.settings import SettingsView
from protocol.kinds.people import Professional
from tests.app.conftest import Opened
from tests.support.laptop import SeededRandom, bring, professional


def in_store(opened: Opened, work: object) -> None:
    done: list[object] = []
    opened.desk._background.run(Lane.STORE, work, done.append, done.append)  # type: ignore[arg-type]  # any work
    opened.until(lambda: bool(done))


def test_the_settings_lead_to_each_page_and_back(opened: Opened) -> None:
    opened.unlock()
    window = opened.desk.window
    window.open(SETTINGS)
    settings = window.page(SETTINGS)
    assert isinstance(settings, SettingsView)
    card = settings.key_pages
    for button, key, made in (
        (card.laptops_button, LAPTOPS, LaptopsView),
        (card.colleagues_button, COLLEAGUES, ColleaguesView),
        (card.shares_button, KEY_SHARES, SharesView),
    ):
        button.click()
        assert window.current == key
        page = window.page(key)
        assert isinstance(page, made)
        page.back_button.click()
        assert window.current == SETTINGS


def test_her_laptop_is_listed_as_the_office_knows_it(opened: Opened) -> None:
    opened.unlock()
    opened.desk.window.open(LAPTOPS)
    page = opened.desk.window.page(LAPTOPS)
    assert isinstance(page, LaptopsView)
    opened.until(lambda: len(page.rows) == 1)
    assert page.rows[0].facts.text().startswith("Celui-ci")


def test_a_colleague_whose_keys_change_is_told_above_the_page(opened: Opened) -> None:
    opened.unlock()
    desk = opened.desk
    workplace = desk._session.workplace
    record = professional(workplace, workplace.new_id(), "Nadia Petit")

    def told(seed: int) -> Professional:
        keys = Identity.generate(SeededRandom(seed)).public
        return replace(
            record, identity_key=keys.signing.hex(), encryption_key=keys.encryption.hex()
        )

    def first() -> None:
        bring(workplace, told(1))
        desk._session.services.identities.look(record.id)

    in_store(opened, first)
    in_store(opened, lambda: bring(workplace, told(2)))
    desk.board.announce({Touched("professional", record.id)})

    opened.until(lambda: "Nadia Petit" in desk.window.notice.sentence)
    desk.window.notice.remedy.click()
    assert desk.window.current == COLLEAGUES
