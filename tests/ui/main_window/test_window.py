"""The frame of the window: keys, pages, narrow screens, and nothing about anybody in its title."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit import LabeledField, LineField, PrimaryButton, Text
from desktop.ui.main_window import MainWindow, Section, SyncState
from desktop.ui.main_window.shortcuts_sheet import ShortcutsSheet
from desktop.ui.theme import Mode, Role, Theme
from tests.support.accessibility import accessible_name, assert_accessible

TITLES = (
    ("today", "Aujourd’hui", "sun"),
    ("persons", "Personnes", "users"),
    ("agenda", "Agenda", "calendar-days"),
    ("offers", "Offres", "hand-helping"),
    ("activity", "Activité", "chart-column"),
    ("sync", "Synchronisation", "refresh-cw"),
)


class Page(QWidget):
    """A page with one field."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.field = LineField()
        layout = QVBoxLayout(self)
        layout.addWidget(Text(title))
        layout.addWidget(LabeledField("Nom", self.field))
        layout.addStretch()


@pytest.fixture
def made() -> list[str]:
    return []


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, made: list[str]) -> MainWindow:
    return opened(qtbot, theme, made)


def opened(qtbot: QtBot, theme: Theme, made: list[str]) -> MainWindow:
    def maker(key: str, title: str) -> Callable[[], QWidget]:
        def make() -> QWidget:
            made.append(key)
            return Page(title)

        return make

    window = MainWindow(
        theme,
        [
            Section(key, title, maker(key, title), number, icon)
            for number, (key, title, icon) in enumerate(TITLES, 1)
        ],
    )
    window.register(Section("dossier", "Dossier", maker("dossier", "Yves Morisset")))
    window.show_who("Claire Martin · psychologue")
    window.show_sync(SyncState("Hors connexion", ("7 modifications en attente",), Role.PENDING))
    qtbot.addWidget(window)
    window.open("today")
    window.show()
    window.activateWindow()
    return window


def press(qtbot: QtBot, window: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)


def test_pages_are_made_when_first_opened_and_once(
    window: MainWindow, made: list[str], qtbot: QtBot
) -> None:
    assert made == ["today"]
    press(qtbot, window, Qt.Key.Key_2)
    press(qtbot, window, Qt.Key.Key_1)
    press(qtbot, window, Qt.Key.Key_2)
    assert made == ["today", "persons"]
    assert window.current == "persons"
    assert window.sidebar.buttons["persons"].isChecked()


def test_opening_a_page_puts_the_keyboard_in_its_first_field(window: MainWindow) -> None:
    page = window.open("agenda")
    assert isinstance(page, Page)
    assert window.focusWidget() is page.field


def test_esc_goes_back_to_the_page_before_and_no_further(window: MainWindow, qtbot: QtBot) -> None:
    window.open("persons")
    window.open("dossier")
    for expected in ("persons", "today", "today"):
        QTest.keyClick(window, Qt.Key.Key_Escape)
        assert window.current == expected


def test_the_common_keys_say_what_was_asked(window: MainWindow, qtbot: QtBot) -> None:
    for key, signal in (
        (Qt.Key.Key_K, window.search_requested),
        (Qt.Key.Key_N, window.new_follow_up_requested),
        (Qt.Key.Key_L, window.lock_requested),
    ):
        with qtbot.waitSignal(signal):
            press(qtbot, window, key)


def test_the_common_keys_work_while_typing(window: MainWindow, qtbot: QtBot) -> None:
    page = window.open("today")
    assert isinstance(page, Page)
    with qtbot.waitSignal(window.lock_requested):
        press(qtbot, page.field, Qt.Key.Key_L)


def test_the_title_never_names_anybody(window: MainWindow) -> None:
    window.open("dossier")
    window.say("Yves Morisset a été modifié.")
    assert window.windowTitle() == "Coffre"


def test_the_state_of_the_office_is_told_in_words(window: MainWindow, qtbot: QtBot) -> None:
    status = window.sidebar.status
    assert accessible_name(status) == (
        "Synchronisation\u00a0: Hors connexion. 7 modifications en attente"
    )
    with qtbot.waitSignal(window.sync_requested):
        QTest.keyClick(status, Qt.Key.Key_Space)


def test_f1_shows_every_key_on_one_sheet(window: MainWindow, qtbot: QtBot) -> None:
    window.add_shortcut("Ctrl+Return", "Terminer le suivi")
    window.add_shortcut("M, Alt+flèches", "Déplacer le rendez-vous")
    QTest.keyClick(window, Qt.Key.Key_F1)
    sheet = window.findChild(ShortcutsSheet)
    assert sheet is not None
    keys = [key for key, _ in sheet.rows]
    assert {"Ctrl+1", "Ctrl+6", "Ctrl+K", "Ctrl+N", "Ctrl+Return", "Ctrl+L", "F1", "Esc"} <= set(
        keys
    )
    assert len(keys) == len(set(keys))
    assert sheet.windowTitle() == "Coffre"
    assert_accessible(sheet)
    told = [label.text() for label in sheet.findChildren(QLabel)]
    assert "Ctrl+↵" in told
    assert "M, Alt+flèches" in told, "what is no key of Qt's is shown as it is written"
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_ctrl_z_takes_back_the_last_deletion(window: MainWindow, qtbot: QtBot) -> None:
    undone: list[str] = []
    window.offer_undo("Suivi supprimé", lambda: undone.append("suivi"))
    assert window.undo_bar.isVisible()
    window.setFocus()
    press(qtbot, window, Qt.Key.Key_Z)
    assert undone == ["suivi"]


def test_a_sentence_above_the_page_offers_its_remedy_once(window: MainWindow) -> None:
    asked: list[str] = []
    window.say(
        "Le disque est presque plein.",
        "Voir",
        lambda: asked.append("voir"),
        role=Role.PENDING,
    )
    assert window.notice.isVisible()
    window.notice.remedy.click()
    assert asked == ["voir"]
    assert not window.notice.isVisible()


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
@pytest.mark.parametrize("scale", [100, 150, 200])
def test_the_frame_fits_a_small_screen_at_any_text_size(
    qtbot: QtBot, wear: Callable[..., Theme], made: list[str], mode: Mode, scale: int
) -> None:
    window = opened(qtbot, wear(mode=mode, scale=scale), made)
    window.resize(1366, 768)
    window.offer_undo("Suivi supprimé", lambda: None)
    qtbot.waitUntil(lambda: window.width() == 1366)
    assert window.width() == 1366
    assert window.height() == 768
    assert_accessible(window)


def test_large_text_folds_the_sidebar_into_named_icons(
    qtbot: QtBot, wear: Callable[..., Theme], made: list[str]
) -> None:
    theme = wear()
    window = opened(qtbot, theme, made)
    folded = [window.sidebar.is_narrow]
    theme.choose_scale(200)
    folded.append(window.sidebar.is_narrow)
    button = window.sidebar.buttons["persons"]
    assert button.toolTip() == "Personnes (Ctrl+2)"
    assert accessible_name(button) == "Personnes"
    assert window.sidebar.width() < 100
    theme.choose_scale(100)
    folded.append(window.sidebar.is_narrow)
    assert folded == [False, True, False]


def test_a_folded_sidebar_stays_folded_whatever_is_looked_at_again(
    qtbot: QtBot, wear: Callable[..., Theme], made: list[str]
) -> None:
    theme = wear(scale=200)
    window = opened(qtbot, theme, made)
    folded = [window.sidebar.is_narrow]
    for mode in (Mode.DARK, Mode.LIGHT, Mode.DARK):
        theme.choose_mode(mode)
        folded.append(window.sidebar.is_narrow)
    assert folded == [True] * 4


def test_enter_opens_a_section_as_the_space_bar_does(window: MainWindow) -> None:
    for key, section in (
        (Qt.Key.Key_Return, "persons"), (Qt.Key.Key_Space, "agenda"), (Qt.Key.Key_Enter, "sync"),
    ):  # fmt: skip
        button = window.sidebar.buttons[section]
        button.setFocus()
        QTest.keyClick(button, key)
        assert window.current == section


def test_a_sentence_of_the_office_is_spoken_with_one_full_stop(window: MainWindow) -> None:
    window.show_sync(SyncState("Synchronisation arrêtée", ("Le poste attend.", "0 modification")))
    spoken = accessible_name(window.sidebar.status)
    assert spoken.endswith("Synchronisation arrêtée. Le poste attend. 0 modification")


def test_a_narrow_window_folds_the_sidebar_too(window: MainWindow) -> None:
    window.resize(700, 600)
    assert window.sidebar.is_narrow


def test_every_icon_of_the_sidebar_can_be_drawn(
    qtbot: QtBot, wear: Callable[..., Theme], made: list[str]
) -> None:
    window = opened(qtbot, wear(scale=200), made)
    blank = PrimaryButton("x").grab()
    assert not window.sidebar.grab().isNull()
    assert window.sidebar.grab().toImage() != blank.toImage()


def test_closing_settles_what_could_still_be_undone(window: MainWindow, qtbot: QtBot) -> None:
    window.offer_undo("Suivi supprimé", lambda: None)
    with qtbot.waitSignals([window.undo_bar.settled, window.closing]):
        window.close()
    assert not window.undo_bar.is_offering


def test_discreet_mode_is_asked_by_a_key_and_said_where_it_can_be_left(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(window.discreet_requested):
        QTest.keyClick(window, Qt.Key.Key_F8)
    assert not window.sidebar.discreet.isVisible()
    window.offer_undo("Rendez-vous de Yves Morisset : honoré.", lambda: None)
    window.show_discreet(True)
    assert window.sidebar.discreet.isVisible()
    assert "Morisset" not in window.undo_bar.sentence
    assert window.undo_bar.is_offering
    with qtbot.waitSignal(window.discreet_requested):
        window.sidebar.discreet.click()
    assert ("F8", "Mode discret\u00a0: les noms en initiales, ou en entier") in window.shortcuts()
