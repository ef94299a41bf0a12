"""The little window of the demonstration chooses a laptop, cuts the road, and is read aloud."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.theme import Theme
from tests.support.accessibility import assert_accessible
from tools.demo.control import Control
from tools.demo.hands import Hands, NotSeen
from tools.demo.team import REFERENT, read_team


@pytest.fixture
def control(qapp: QApplication, qtbot: QtBot) -> Control:
    Theme(qapp).install()
    control = Control(read_team(), "Mardi 24 novembre, 8 h 50", "sept mots")
    qtbot.addWidget(control)
    control.show()
    qtbot.waitExposed(control)
    return control


@pytest.fixture
def hands(qapp: QApplication, control: Control) -> Hands:
    return Hands(qapp, lambda: control)


def test_a_laptop_is_chosen_by_its_owners_name(
    control: Control, hands: Hands, qtbot: QtBot
) -> None:
    control.who.set_value(REFERENT)
    with qtbot.waitSignal(control.laptop_wanted) as wanted:
        hands.click("Ouvrir cet ordinateur")
    assert wanted.args == [REFERENT]


def test_the_network_is_cut_and_given_back(control: Control, hands: Hands, qtbot: QtBot) -> None:
    with qtbot.waitSignal(control.network_wanted) as cut:
        hands.click("Simuler une coupure réseau")
    assert cut.args == [False]
    hands.wait_for("Le bureau est injoignable")
    with qtbot.waitSignal(control.network_wanted) as back:
        QTest.keyClick(control.cut, Qt.Key.Key_Space)
    assert back.args == [True]
    hands.wait_for("Les ordinateurs joignent le bureau.")


def test_the_passphrase_and_the_day_are_told(control: Control, hands: Hands) -> None:
    for words in ("sept mots", "Mardi 24 novembre, 8 h 50", "À essayer"):
        assert words in hands.read()


def test_everything_in_it_can_be_read_aloud(control: Control) -> None:
    assert_accessible(control)


def test_closing_it_is_heard(control: Control, qtbot: QtBot) -> None:
    with qtbot.waitSignal(control.closed):
        control.close()


def test_hands_say_what_they_looked_for_and_did_not_see(hands: Hands) -> None:
    with pytest.raises(NotSeen, match="absent"):
        hands.wait(lambda: "absent" in hands.read(), "absent", patience_s=0.05)
    with pytest.raises(NotSeen, match="Rendez-vous"):
        hands.rows("Rendez-vous")
