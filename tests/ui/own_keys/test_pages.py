"""The pages about keys, by hand: what is shown, what is asked, and what is never given too soon."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.sync.errors import InvitationReason, InvitationRefused, Offline, OfflineReason
from desktop.ui.changes import ChangeBoard
from desktop.ui.own_keys import (
    ColleaguesView,
    ColleaguesViewModel,
    LaptopsView,
    LaptopsViewModel,
    SharesView,
    SharesViewModel,
)
from desktop.ui.theme import Mode, Theme
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.ui.own_keys.told import (
    INVITATION,
    NADIA_WORDS,
    PASSPHRASE,
    WORDS,
    ToldIdentities,
    ToldLaptops,
    ToldShares,
)


@pytest.fixture
def laptops() -> ToldLaptops:
    return ToldLaptops()


@pytest.fixture
def laptops_view(
    qtbot: QtBot, theme: Theme, background: InlineBackground, laptops: ToldLaptops
) -> LaptopsView:
    view = LaptopsView(LaptopsViewModel(background, laptops))
    qtbot.addWidget(view)
    view.show()
    return view


def click(qtbot: QtBot, button: object) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[no-untyped-call]  # Qt's


# -- laptops --------------------------------------------------------------------------------------


def test_her_laptops_are_listed_and_only_others_can_be_withdrawn(
    laptops_view: LaptopsView,
) -> None:
    this, other = laptops_view.rows
    assert this.heading.text() == "Bureau de Niort"
    assert this.facts.text().startswith("Celui-ci")
    assert this.withdraw_button.isHidden()
    assert (other.heading.text(), other.withdraw_button.isHidden()) == ("Windows", False)


def test_a_laptop_is_withdrawn_once_she_is_sure(
    qtbot: QtBot, laptops_view: LaptopsView, laptops: ToldLaptops
) -> None:
    click(qtbot, laptops_view.rows[1].withdraw_button)
    assert laptops.laptops[1].withdrawn_at is None
    click(qtbot, laptops_view.rows[1].sure_button)

    assert laptops_view.rows[1].facts.text().startswith("Retiré le")
    assert "détruit ses clés" in laptops_view.notice.sentence


def test_a_laptop_takes_the_name_she_types(qtbot: QtBot, laptops_view: LaptopsView) -> None:
    click(qtbot, laptops_view.rows[1].rename_button)
    laptops_view.rows[1].name.setText("Portable")
    click(qtbot, laptops_view.rows[1].keep_button)

    assert laptops_view.rows[1].heading.text() == "Portable"


def test_the_identity_is_given_only_when_the_words_are_said_to_be_the_same(
    qtbot: QtBot, laptops_view: LaptopsView, laptops: ToldLaptops
) -> None:
    click(qtbot, laptops_view.add_button)
    assert laptops_view.code.text() == INVITATION
    assert laptops_view.same_button.isHidden()
    laptops.words = WORDS[:4]
    laptops_view._viewmodel.poll()

    assert laptops_view.pairing.words == WORDS[:4]
    assert laptops.done == []
    click(qtbot, laptops_view.same_button)
    assert laptops.done == ["agreed"]
    assert "Votre identité est donnée" in laptops_view.notice.sentence


def test_different_words_close_the_invitation(
    qtbot: QtBot, laptops_view: LaptopsView, laptops: ToldLaptops
) -> None:
    click(qtbot, laptops_view.add_button)
    laptops.words = WORDS[:4]
    laptops_view._viewmodel.poll()
    click(qtbot, laptops_view.differ_button)

    assert laptops.done == ["closed"]
    assert laptops_view.offer.isHidden()
    assert "Les mots diffèrent" in laptops_view.notice.sentence


def test_leaving_the_page_closes_the_invitation(
    qtbot: QtBot, laptops_view: LaptopsView, laptops: ToldLaptops
) -> None:
    click(qtbot, laptops_view.add_button)
    laptops_view.hide()
    assert laptops.done == ["closed"]


def test_a_pairing_waits_for_a_network_and_ends_when_it_is_over(
    qtbot: QtBot, laptops_view: LaptopsView, laptops: ToldLaptops
) -> None:
    click(qtbot, laptops_view.add_button)
    laptops.refusals.append(Offline(OfflineReason.NO_ROUTE))
    laptops_view._viewmodel.poll()
    assert not laptops_view.offer.isHidden()
    laptops.refusals.append(InvitationRefused(InvitationReason.EXPIRED))
    laptops_view._viewmodel.poll()

    assert laptops_view.offer.isHidden()
    assert laptops_view.notice.sentence


# -- colleagues -----------------------------------------------------------------------------------


@pytest.fixture
def identities() -> ToldIdentities:
    return ToldIdentities()


@pytest.fixture
def colleagues_view(
    qtbot: QtBot,
    theme: Theme,
    background: InlineBackground,
    board: ChangeBoard,
    identities: ToldIdentities,
) -> ColleaguesView:
    view = ColleaguesView(ColleaguesViewModel(background, identities, board))
    qtbot.addWidget(view)
    view.show()
    return view


def test_a_colleague_is_verified_by_her_words(
    qtbot: QtBot, colleagues_view: ColleaguesView
) -> None:
    assert colleagues_view.mine.words == WORDS
    colleagues_view.list.opened.emit("n")
    assert colleagues_view.theirs.words == NADIA_WORDS
    click(qtbot, colleagues_view.same_button)

    assert "Les clés de Nadia Petit sont vérifiées" in colleagues_view.notice.sentence
    shown = colleagues_view._viewmodel.state.shown
    assert shown is not None
    assert colleagues_view.about.text().startswith("Vérifié ensemble")


def test_changed_keys_are_told_by_name_until_they_are_settled(
    qtbot: QtBot, colleagues_view: ColleaguesView
) -> None:
    assert "Mehdi Roux" in colleagues_view.warning.sentence
    colleagues_view.list.opened.emit("m")
    assert "Ses clés ne sont plus celles" in colleagues_view.about.text()
    click(qtbot, colleagues_view.same_button)

    assert colleagues_view.warning.isHidden()


def test_words_that_differ_block_and_say_so(qtbot: QtBot, colleagues_view: ColleaguesView) -> None:
    colleagues_view.list.opened.emit("n")
    click(qtbot, colleagues_view.differ_button)

    assert "Nadia Petit" in colleagues_view.warning.sentence
    assert "Plus rien ne sera confié" in colleagues_view.notice.sentence


def test_an_office_that_lies_about_her_is_told_first(
    colleagues_view: ColleaguesView, identities: ToldIdentities
) -> None:
    identities.lied = True
    colleagues_view._viewmodel.refresh()
    assert "d’autres clés que les vôtres" in colleagues_view.warning.sentence


def test_who_has_no_laptop_has_nothing_to_compare(colleagues_view: ColleaguesView) -> None:
    colleagues_view.list.opened.emit("r")
    assert colleagues_view._acts.isHidden()


# -- shares ---------------------------------------------------------------------------------------


@pytest.fixture
def shares() -> ToldShares:
    return ToldShares()


@pytest.fixture
def shares_view(
    qtbot: QtBot, theme: Theme, background: InlineBackground, shares: ToldShares
) -> SharesView:
    view = SharesView(SharesViewModel(background, shares))
    qtbot.addWidget(view)
    view.show()
    return view


def test_nothing_is_given_before_the_paper_was_typed_back(
    qtbot: QtBot, shares_view: SharesView, shares: ToldShares
) -> None:
    click(qtbot, shares_view.start_button)
    click(qtbot, shares_view.cut_button)
    cut = shares_view._viewmodel.state.cut
    assert cut is not None
    shown = tuple(cell.text() for cell in shares_view.paper_words.cells)
    assert shown == cut.paper
    click(qtbot, shares_view.copied_button)
    shares_view.typed_words.set_value((*cut.paper[:3], "zoologie", *cut.paper[4:]))
    click(qtbot, shares_view.give_button)
    assert shares.given == []
    assert "n°\u00a04" in shares_view.notice.sentence
    shares_view.typed_words.set_value(cut.paper)
    click(qtbot, shares_view.give_button)

    assert shares.given == [cut]
    assert "Nadia Petit et Inès Blanc" in shares_view.standing.text()
    assert [cell.text() for cell in shares_view.paper_words.cells] == [""] * 26


def test_shares_are_taken_back(qtbot: QtBot, shares_view: SharesView, shares: ToldShares) -> None:
    shares.give(shares.cut("n", "i"))
    shares_view._viewmodel.refresh()
    click(qtbot, shares_view.back_button_of_shares)

    assert shares_view.standing.text() == "Votre clé n’est pas partagée."
    assert "n’ouvrent plus rien" in shares_view.notice.sentence


def test_a_share_kept_is_named_and_shown_for_the_passphrase_alone(
    qtbot: QtBot, shares_view: SharesView
) -> None:
    [line] = shares_view.kept_rows
    click(qtbot, line.show_button)
    line.passphrase.line.setText("autre chose")
    click(qtbot, line.open_button)
    assert line.words.isHidden() or not line.words.cells[0].text()
    line.passphrase.line.setText(PASSPHRASE)
    click(qtbot, line.open_button)
    assert line.words.cells[0].text()

    shares_view.hide()
    assert not line.words.cells[0].text()


@pytest.mark.parametrize(("mode", "scale"), [(Mode.LIGHT, 100), (Mode.DARK, 200)])
def test_the_pages_are_usable_by_everybody(
    wear: Callable[..., Theme],
    qtbot: QtBot,
    background: InlineBackground,
    board: ChangeBoard,
    mode: Mode,
    scale: int,
) -> None:
    wear(mode=mode, scale=scale)
    for view in (
        LaptopsView(LaptopsViewModel(background, ToldLaptops())),
        ColleaguesView(ColleaguesViewModel(background, ToldIdentities(), board)),
        SharesView(SharesViewModel(background, ToldShares())),
    ):
        qtbot.addWidget(view)
        view.resize(1366 - 220, 768)
        view.show()
        assert_accessible(view)
