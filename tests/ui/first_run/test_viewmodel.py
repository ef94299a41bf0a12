"""A newcomer is led to her first morning, whatever happens on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.crypto.key_shares import split_new_key
from desktop.services.errors import DiskFull, WrongPassphrase
from desktop.services.vault_access import Found
from desktop.sync.errors import InvitationReason, InvitationRefused, Offline, OfflineReason
from desktop.ui.background import Lane, ThreadedBackground
from desktop.ui.errors import sentence
from desktop.ui.first_run.identity import Way
from desktop.ui.first_run.ports import Joining, Resumed, Stage, Standing
from desktop.ui.first_run.viewmodel import FirstRunViewModel, Step
from tests.support.inline_background import InlineBackground
from tests.support.laptop import SeededRandom
from tests.support.newcomer import (
    ADDRESS,
    CLAIRE_SAYS,
    INVITATION,
    Newcomer,
    come_to_paper,
    vault_access,
)


def step_of(wizard: FirstRunViewModel) -> Step:
    return wizard.state.step


def _type_back(wizard: FirstRunViewModel, words: tuple[str, ...]) -> None:
    wizard.paper.type(words)
    wizard.go_on()


def test_claire_goes_from_an_address_to_her_name(
    at_paper: FirstRunViewModel, newcomer: Newcomer
) -> None:
    words = at_paper.paper.state.words
    at_paper.go_on()
    _type_back(at_paper, words)
    assert step_of(at_paper) is Step.DONE
    assert at_paper.state.first_name == "Claire"
    assert newcomer.joined == [Joining(ADDRESS, INVITATION)]
    assert newcomer.opened.vault.is_recovery_confirmed


def test_the_last_button_opens_coffre(at_paper: FirstRunViewModel, qtbot: QtBot) -> None:
    words = at_paper.paper.state.words
    at_paper.go_on()
    _type_back(at_paper, words)
    with qtbot.waitSignal(at_paper.finished, timeout=0):
        at_paper.go_on()


def test_without_network_the_address_stays_and_a_sentence_says_so(
    wizard: FirstRunViewModel, newcomer: Newcomer
) -> None:
    failure = Offline(OfflineReason.NO_ROUTE)
    newcomer.refusals.append(failure)
    wizard.type_address("coffre.exemple.fr")
    wizard.go_on()
    assert step_of(wizard) is Step.OFFICE
    assert wizard.state.problem is not None
    assert wizard.state.problem.text == sentence(failure).text
    assert "essayez encore" in wizard.state.problem.remedy
    assert wizard.state.address == "coffre.exemple.fr"
    wizard.go_on()
    assert step_of(wizard) is Step.INVITATION
    assert wizard.state.found == ADDRESS


def test_the_network_is_asked_on_its_own_lane(
    wizard: FirstRunViewModel, background: InlineBackground
) -> None:
    wizard.type_address(ADDRESS)
    wizard.go_on()
    assert background.asked == [Lane.NETWORK]


def test_half_an_invitation_is_refused_before_anybody_is_asked(
    wizard: FirstRunViewModel, background: InlineBackground
) -> None:
    wizard.type_address(ADDRESS)
    wizard.go_on()
    wizard.type_invitation("79-ABCDE")
    wizard.go_on()
    assert step_of(wizard) is Step.INVITATION
    assert wizard.state.problem is not None
    assert Lane.NETWORK not in background.asked[1:]


def test_going_back_loses_nothing(wizard: FirstRunViewModel) -> None:
    wizard.type_address(ADDRESS)
    wizard.go_on()
    wizard.type_invitation(INVITATION.lower())
    wizard.go_on()
    wizard.choice.type(CLAIRE_SAYS)
    wizard.go_back()
    wizard.go_back()
    assert step_of(wizard) is Step.OFFICE
    assert (wizard.state.address, wizard.state.invitation) == (ADDRESS, INVITATION)
    wizard.go_on()
    wizard.go_on()
    assert step_of(wizard) is Step.PHRASE
    assert wizard.choice.state.passphrase == CLAIRE_SAYS


def test_another_address_is_looked_for_again(
    wizard: FirstRunViewModel, background: InlineBackground
) -> None:
    wizard.type_address(ADDRESS)
    wizard.go_on()
    wizard.go_back()
    wizard.type_address("autre.exemple.fr")
    wizard.go_on()
    assert background.asked.count(Lane.NETWORK) == 2
    assert wizard.state.found == "https://autre.exemple.fr"


@pytest.mark.parametrize(
    ("first", "second"),
    [("motdepasse", "motdepasse"), (CLAIRE_SAYS, CLAIRE_SAYS + "x"), (CLAIRE_SAYS, "")],
)
def test_no_vault_is_made_of_a_weak_or_mistyped_passphrase(
    wizard: FirstRunViewModel, newcomer: Newcomer, first: str, second: str
) -> None:
    wizard.type_address(ADDRESS)
    wizard.go_on()
    wizard.type_invitation(INVITATION)
    wizard.go_on()
    wizard.choice.type(first)
    wizard.choice.type_again(second)
    assert not wizard.can_go_on
    wizard.go_on()
    assert newcomer.access.look() is Found.NOTHING


def test_once_the_vault_exists_nothing_leads_back_before_it(at_paper: FirstRunViewModel) -> None:
    assert step_of(at_paper) is Step.PAPER
    assert not at_paper.can_go_back
    at_paper.go_back()
    assert step_of(at_paper) is Step.PAPER


def test_the_passphrase_is_forgotten_once_it_has_served(at_paper: FirstRunViewModel) -> None:
    assert at_paper.choice.state.passphrase == ""
    assert CLAIRE_SAYS not in repr(at_paper.state)


def test_a_wrong_word_is_pointed_at_and_the_others_stay(at_paper: FirstRunViewModel) -> None:
    words = at_paper.paper.state.words
    at_paper.go_on()
    other = "abaisser" if words[6] != "abaisser" else "zoologie"
    typed = (*words[:6], other, *words[7:])
    _type_back(at_paper, typed)
    assert step_of(at_paper) is Step.RETYPE
    assert at_paper.paper.state.wrong == 7
    assert at_paper.paper.state.typed == typed
    assert at_paper.paper.state.problem is not None
    assert "7" in at_paper.paper.state.problem.text


def test_a_missing_word_is_pointed_at(at_paper: FirstRunViewModel) -> None:
    words = at_paper.paper.state.words
    at_paper.go_on()
    _type_back(at_paper, (*words[:23], ""))
    assert at_paper.paper.state.wrong == 24


def test_one_may_look_at_the_words_again_while_typing_them(at_paper: FirstRunViewModel) -> None:
    words = at_paper.paper.state.words
    at_paper.go_on()
    at_paper.paper.type(words[:10])
    at_paper.go_back()
    assert step_of(at_paper) is Step.PAPER
    at_paper.go_on()
    assert at_paper.paper.state.typed == words[:10]


def test_a_refused_invitation_is_mended_on_its_own_page(
    at_paper: FirstRunViewModel, newcomer: Newcomer
) -> None:
    failure = InvitationRefused(InvitationReason.EXPIRED)
    newcomer.refusals.append(failure)
    words = at_paper.paper.state.words
    at_paper.go_on()
    _type_back(at_paper, words)
    assert step_of(at_paper) is Step.INVITATION
    assert at_paper.state.problem == sentence(failure)
    at_paper.go_on()
    assert step_of(at_paper) is Step.DONE


def test_an_office_that_is_lost_at_the_last_moment_is_tried_again(
    at_paper: FirstRunViewModel, newcomer: Newcomer
) -> None:
    newcomer.refusals.append(Offline(OfflineReason.DROPPED))
    words = at_paper.paper.state.words
    at_paper.go_on()
    _type_back(at_paper, words)
    assert step_of(at_paper) is Step.ENROLMENT
    assert at_paper.state.problem is not None
    at_paper.go_on()
    assert step_of(at_paper) is Step.DONE


def test_a_full_disk_keeps_the_passphrase_typed(
    wizard: FirstRunViewModel, newcomer: Newcomer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(passphrase: str) -> None:
        raise DiskFull

    monkeypatch.setattr(newcomer.access, "create", full)
    come_to_paper(wizard)
    assert step_of(wizard) is Step.PHRASE
    assert wizard.state.problem == sentence(DiskFull())
    assert wizard.choice.state.is_ready


def test_a_battery_that_dies_before_the_paper_brings_a_new_paper(
    at_paper: FirstRunViewModel, newcomer: Newcomer, background: InlineBackground, tmp_path: Path
) -> None:
    lost = at_paper.paper.state.words
    newcomer.close()
    access = vault_access(tmp_path / "claire", seed=2)
    assert access.look() is Found.UNFINISHED
    again = Newcomer(access, access.open(CLAIRE_SAYS))
    resumed = Resumed(is_paper_confirmed=False, joining=Joining(ADDRESS, INVITATION))
    wizard = FirstRunViewModel(background, again, resumed)
    assert step_of(wizard) is Step.PAPER
    words = wizard.paper.state.words
    assert words != lost
    wizard.go_on()
    _type_back(wizard, words)
    assert step_of(wizard) is Step.DONE
    assert again.joined == [Joining(ADDRESS, INVITATION)]
    again.close()


def test_a_battery_that_dies_after_the_paper_asks_for_the_paper_only(
    at_paper: FirstRunViewModel, newcomer: Newcomer, background: InlineBackground
) -> None:
    words = at_paper.paper.state.words
    newcomer.confirm(" ".join(words))
    resumed = Resumed(is_paper_confirmed=True)
    wizard = FirstRunViewModel(background, newcomer, resumed)
    assert step_of(wizard) is Step.RETYPE
    assert not wizard.can_go_back
    _type_back(wizard, words)
    assert step_of(wizard) is Step.OFFICE
    wizard.type_address(ADDRESS)
    wizard.go_on()
    wizard.type_invitation(INVITATION)
    wizard.go_on()
    assert step_of(wizard) is Step.DONE


def test_a_lost_paper_is_replaced(
    at_paper: FirstRunViewModel, newcomer: Newcomer, background: InlineBackground
) -> None:
    words = at_paper.paper.state.words
    newcomer.confirm(" ".join(words))
    wizard = FirstRunViewModel(background, newcomer, Resumed(is_paper_confirmed=True))
    wizard.renew_paper()
    assert step_of(wizard) is Step.PAPER
    assert wizard.paper.state.words != words


def test_a_word_outside_the_list_is_pointed_at_when_only_the_vault_knows(
    at_paper: FirstRunViewModel, newcomer: Newcomer, background: InlineBackground
) -> None:
    words = at_paper.paper.state.words
    wizard = FirstRunViewModel(background, newcomer, Resumed(is_paper_confirmed=True))
    _type_back(wizard, (*words[:4], "ordinateurs", *words[5:]))
    assert wizard.paper.state.wrong == 5


def test_the_window_hears_of_progress_from_the_networks_thread(
    at_paper: FirstRunViewModel, newcomer: Newcomer, qtbot: QtBot, qapp: QApplication
) -> None:
    background = ThreadedBackground()
    wizard = FirstRunViewModel(background, newcomer, Resumed(True, Joining(ADDRESS, INVITATION)))
    seen: list[Stage] = []
    wizard.changed.connect(lambda: seen.append(wizard.state.progress.stage))
    wizard.paper.type(at_paper.paper.state.words)
    wizard.go_on()
    qtbot.waitUntil(lambda: wizard.state.step is Step.DONE)
    assert Stage.OFFICE in seen
    assert Stage.RECORDS in seen
    background.close()


def test_a_wrong_passphrase_has_no_way_into_an_unfinished_vault(
    at_paper: FirstRunViewModel, newcomer: Newcomer, tmp_path: Path
) -> None:
    newcomer.close()
    with pytest.raises(WrongPassphrase):
        vault_access(tmp_path / "claire").open("une tout autre phrase que la sienne")


# -- somebody who has a laptop already ------------------------------------------------------------


class Known(Newcomer):
    """The office says that she is known, and that colleagues keep shares of her key."""

    def look(self, joining: Joining) -> Standing:
        return Standing(is_known=True, has_shares=True)


@pytest.fixture
def known(tmp_path: Path, qapp: object, background: InlineBackground) -> FirstRunViewModel:
    wizard = FirstRunViewModel(background, Known(vault_access(tmp_path / "known")))
    wizard.type_address(ADDRESS)
    wizard.go_on()
    wizard.type_invitation(INVITATION)
    wizard.go_on()
    return wizard


def test_two_shares_typed_one_after_the_other_lead_to_the_passphrase(
    known: FirstRunViewModel,
) -> None:
    assert step_of(known) is Step.IDENTITY
    assert not known.can_go_on
    _, shares = split_new_key(SeededRandom(3))
    known.identity.choose(Way.FIRST_SHARE)
    known.identity.type(shares[0].words())
    known.go_on()
    assert known.identity.state.way is Way.SECOND_SHARE
    assert known.identity.state.typed == ()
    known.identity.type(shares[2].words())
    known.go_on()

    assert step_of(known) is Step.PHRASE


def test_a_wrong_word_of_a_share_is_pointed_at(known: FirstRunViewModel) -> None:
    words = split_new_key(SeededRandom(3))[1][0].words()
    known.identity.choose(Way.FIRST_SHARE)
    known.identity.type((*words[:6], "zzzz", *words[7:]))
    known.go_on()

    assert known.identity.state.wrong == 7
    assert known.identity.state.problem is not None
    assert step_of(known) is Step.IDENTITY


def test_the_same_share_twice_is_said_and_going_back_forgets_what_was_typed(
    known: FirstRunViewModel,
) -> None:
    words = split_new_key(SeededRandom(3))[1][0].words()
    known.identity.choose(Way.FIRST_SHARE)
    for _time in range(2):
        known.identity.type(words)
        known.go_on()
    assert known.identity.state.problem is not None
    assert "deux fois la même" in known.identity.state.problem.text

    known.go_back()
    assert (known.identity.state.way, known.identity.state.typed) == (Way.CHOICE, ())
    known.go_back()
    assert step_of(known) is Step.INVITATION


def test_words_that_differ_stop_everything_and_throw_the_invitation_away(
    known: FirstRunViewModel,
) -> None:
    known.identity.choose(Way.PAIRING)
    known.identity.differ()

    assert (known.state.step, known.state.invitation) == (Step.INVITATION, "")
    assert known.state.problem is not None
    assert "Les mots diffèrent" in known.state.problem.text
