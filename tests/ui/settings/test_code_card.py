"""« Code court » in the settings, on a real vault and a keyring of the disk."""

from dataclasses import dataclass

import pytest

from desktop.app.code_desk import CodeDesk
from desktop.config.clock import paris
from desktop.services.vault_access import Unlocked
from desktop.ui.background import Lane
from desktop.ui.settings.code_card import CodeCard
from desktop.ui.settings.code_viewmodel import CodeViewModel, Stand
from tests.support.accessibility import assert_accessible
from tests.support.code_laptop import CODE, Laptop, chosen, laptop
from tests.support.inline_background import InlineBackground
from tests.support.newcomer import CLAIRE_SAYS, CLAIRE_WILL_SAY

__all__ = ["chosen", "laptop"]


@dataclass
class Settings:
    """An open vault whose settings are looked at."""

    laptop: Laptop
    unlocked: Unlocked
    background: InlineBackground

    def card(self) -> CodeCard:
        laptop = self.laptop
        desk = CodeDesk(laptop.quick, laptop.keyring, laptop.access, self.unlocked, lambda: None)
        return CodeCard(CodeViewModel(self.background, desk), paris)


@pytest.fixture
def settings(laptop: Laptop, qapp: object, background: InlineBackground) -> Settings:
    laptop.with_code()
    return Settings(laptop, laptop.opened, background)


def stand(card: CodeCard) -> Stand:
    return card._viewmodel.state.stand


def fill(card: CodeCard, code: str, again: str = "", phrase: str = CLAIRE_SAYS) -> None:
    card.asked.line.setText(phrase)
    card.first.line.setText(code)
    card.second.line.setText(again or code)
    card.take_button.click()


def test_it_says_how_long_the_code_opens_and_takes_another(settings: Settings) -> None:
    card = settings.card()
    assert stand(card) is Stand.ON
    assert "4 heures" in card._state.text()
    assert "13\u00a0h\u00a040" in card._state.text()
    card.switch.click()
    assert stand(card) is Stand.OFF
    assert settings.laptop.keyring.texts == []
    card.switch.click()
    assert stand(card) is Stand.CHOOSING
    card.show()
    assert_accessible(card)
    fill(card, CODE)
    assert stand(card) is Stand.ON
    assert card.asked.value == card.first.value == card.second.value == ""
    assert Lane.KEYRING in settings.background.asked


def test_what_cannot_be_taken_is_said_in_place_and_changes_nothing(settings: Settings) -> None:
    card = settings.card()
    card.switch.click()
    card.switch.click()
    for code, again, phrase, said in (
        (CODE, "739105", CLAIRE_SAYS, "pareils"),
        ("123456", "", CLAIRE_SAYS, "devine"),
        ("12345", "", CLAIRE_SAYS, "court"),
        (CODE, "", "ce n’est pas la bonne phrase", "phrase de passe"),
    ):
        fill(card, code, again, phrase)
        problem = card._viewmodel.state.problem
        assert problem is not None
        assert said in problem.whole
        assert stand(card) is Stand.CHOOSING
    settings.laptop.keyring.refuses_writes = True
    fill(card, CODE)
    assert "trousseau" in card._viewmodel.state.problem.whole  # type: ignore[union-attr]  # shown
    assert not settings.laptop.quick.is_offered()
    card.cancel_button.click()
    assert stand(card) is Stand.OFF
    assert card.first.value == ""


def test_another_passphrase_is_seen_by_the_card(settings: Settings) -> None:
    card = settings.card()
    laptop = settings.laptop
    laptop.access.change_passphrase(settings.unlocked, CLAIRE_SAYS, CLAIRE_WILL_SAY)
    card.refresh()
    assert stand(card) is Stand.OFF


def test_without_a_keyring_it_says_why(settings: Settings) -> None:
    settings.laptop.keyring.is_gone = True
    card = settings.card()
    assert stand(card) is Stand.NO_KEYRING
    assert "Secret Service" in card._state.text()
    assert not card.switch.isEnabled()


def test_where_the_departement_says_nothing_there_is_no_card(settings: Settings) -> None:
    settings.laptop.is_allowed = False
    settings.laptop.keyring.asked.clear()
    assert settings.card().isHidden()
    assert settings.laptop.keyring.asked == []
