"""From the lock to the workspace and back: what one sees, and what stays when she goes."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtNetwork import QNetworkInformation
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app.workspace import AGENDA, DOSSIER, IMPORT, PERSONS, SETTINGS, SYNC, TODAY
from desktop.app.writing_pages import FOLLOW_UP, PERSON_FORM
from desktop.ui.agenda import AgendaView
from desktop.ui.kit import KitButton
from desktop.ui.lock import LockView
from desktop.ui.persons import PersonsView
from desktop.ui.search import SearchPalette
from tests.app.conftest import Opened
from tests.app.writing import begin_a_sheet, begin_to_write, sheet_of, summary_field, words_of
from tests.support.accessibility import assert_accessible
from tests.support.office import Office

Reach = QNetworkInformation.Reachability


def test_the_lock_tells_nothing_about_anybody(opened: Opened) -> None:
    window = opened.application.window
    assert isinstance(window, LockView)
    for name in ("Claire", "Martin", "Morisset", "Benali", "7"):
        assert name not in words_of(window)
    assert window.windowTitle() == "Coffre"


def test_a_wrong_passphrase_is_told_and_the_right_one_opens_the_day(opened: Opened) -> None:
    view = opened.application.window
    assert isinstance(view, LockView)
    view.field.line.setText("ce n’est pas la bonne phrase")
    view.open_button.click()
    opened.until(lambda: "phrase de passe" in words_of(view) and not view.field.line.isReadOnly())
    assert opened.application.desk is None
    opened.unlock()
    assert opened.desk.window.windowTitle() == "Coffre"
    today = opened.desk.window.page(TODAY)
    opened.until(lambda: "Melle" in words_of(today))


def test_no_page_ever_flashes_as_a_window_of_its_own(opened: Opened) -> None:
    class Watch(QObject):
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[str] = []

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Show and isinstance(watched, QWidget):
                if watched.isWindow():
                    self.seen.append(type(watched).__name__)
            return False

    watch = Watch()
    app = QApplication.instance()
    assert app is not None
    app.installEventFilter(watch)
    opened.unlock()
    for key in (TODAY, PERSONS, SYNC, SETTINGS):
        opened.desk.window.open(key)
    opened.desk.workspace.open_person(opened.persons[1])
    opened.desk.workspace.open_meeting(opened.persons[1], "")
    opened.desk.workspace.new_person()
    opened.settle()
    app.removeEventFilter(watch)
    assert watch.seen == ["MainWindow"]


def test_every_page_can_be_reached_named_and_read(opened: Opened) -> None:
    opened.unlock()
    workspace = opened.desk.workspace
    workspace.open_person(opened.persons[1])
    workspace.open_meeting(opened.persons[1], "")
    workspace.new_person()
    for key in (TODAY, PERSONS, DOSSIER, FOLLOW_UP, PERSON_FORM, SYNC, SETTINGS):
        opened.desk.window.open(key)
        opened.settle()
        assert_accessible(opened.desk.window)


def test_the_keys_of_the_sections_open_them(opened: Opened) -> None:
    opened.unlock()
    window = opened.desk.window
    window.activateWindow()
    for key, page in ((Qt.Key.Key_2, PERSONS), (Qt.Key.Key_6, SYNC), (Qt.Key.Key_1, TODAY)):
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window.current == page


def test_locking_while_typing_keeps_the_draft_and_shows_nothing(opened: Opened) -> None:
    opened.unlock()
    QTest.keyClicks(begin_to_write(opened), "Il dort mieux depuis")
    opened.lock()
    assert opened.application.desk is None
    window = opened.application.window
    assert isinstance(window, LockView)
    assert "dort" not in words_of(window)
    opened.unlock()
    opened.until(lambda: opened.desk.window.current == FOLLOW_UP)
    opened.desk.window.open(TODAY)
    opened.until(lambda: "Yves Morisset" in words_of(opened.desk.window))
    opened.desk.workspace.open_meeting(opened.persons[1], "")
    again = summary_field(opened)
    opened.until(lambda: again.toPlainText() == "Il dort mieux depuis")


def test_locking_while_typing_a_sheet_keeps_it_and_the_day_reminds_of_it(opened: Opened) -> None:
    opened.unlock()
    begin_a_sheet(opened)
    opened.lock()
    window = opened.application.window
    assert isinstance(window, LockView)
    assert "Abadie" not in words_of(window)

    opened.unlock()
    opened.until(lambda: opened.desk.window.current == PERSON_FORM)
    today = opened.desk.window.open(TODAY)
    opened.until(lambda: "Abadie" in words_of(today))
    opened.desk.workspace.new_person()
    again = sheet_of(opened)
    opened.until(lambda: again.typed.birth_name == "Abadie")
    assert again.draft_notice.isVisible()


def test_the_laptop_synchronises_by_itself_and_says_so(office: Office, opened: Opened) -> None:
    opened.unlock()
    opened.until(lambda: "À jour" in words_of(opened.desk.window.sidebar))
    assert office.dump().count("Morisset") == 1


def test_a_network_that_returns_brings_a_synchronisation_without_waiting_for_its_hour(
    opened: Opened,
) -> None:
    opened.unlock()
    runner = opened.desk.runner
    opened.until(lambda: runner.progress.last_success is not None)
    first = runner.progress.last_success
    opened.clock.advance(minutes=1)
    for reachability in (Reach.Disconnected, Reach.Online):
        opened.desk._network.hear(reachability)
    opened.until(lambda: runner.progress.last_success != first)  # the next was minutes away


def test_offline_is_a_normal_state_and_the_work_goes_on(office: Office, opened: Opened) -> None:
    office.offline()
    opened.unlock()
    opened.desk.runner.sync_now()
    opened.until(lambda: "Hors connexion" in words_of(opened.desk.window.sidebar))
    opened.desk.workspace.open_person(opened.persons[0])
    dossier = opened.desk.window.page(DOSSIER)
    opened.until(lambda: "Nadia Benali" in words_of(dossier))
    office.online()
    opened.desk.runner.sync_now()
    opened.until(lambda: "À jour" in words_of(opened.desk.window.sidebar))


def test_nothing_typed_is_left_in_a_file_beside_the_vault(opened: Opened) -> None:
    opened.unlock()
    QTest.keyClicks(begin_to_write(opened), "CANARI DE FRAPPE")
    opened.lock()
    for folder in (opened.folders.vault, opened.folders.settings):
        for file in folder.rglob("*"):
            if file.is_file():
                content = file.read_bytes()
                assert b"CANARI" not in content
                assert "CANARI".encode("utf-16-le") not in content


def test_the_sheet_of_shortcuts_tells_the_key_of_every_button(opened: Opened) -> None:
    opened.unlock()
    window, workspace = opened.desk.window, opened.desk.workspace
    workspace.open_person(opened.persons[1])
    workspace.open_meeting(opened.persons[1], "")
    workspace.new_person()
    for key in (TODAY, PERSONS, SYNC, SETTINGS, IMPORT):
        window.open(key)
    opened.settle()
    shown = {QKeySequence(button._key).toString() for button in window.findChildren(KitButton)}
    told = {QKeySequence(key).toString() for key, _ in window.shortcuts()}
    assert "Ctrl+R" in shown
    assert shown - {""} <= told


def test_ctrl_n_leads_to_a_follow_up_from_every_page(opened: Opened) -> None:
    opened.unlock()
    window, workspace = opened.desk.window, opened.desk.workspace
    workspace.new_person()
    for key in (SYNC, SETTINGS, PERSONS, PERSON_FORM):
        window.open(key)
        window.new_follow_up_requested.emit()
        palette = window.findChildren(SearchPalette)[0]
        assert palette.isVisible(), key
        palette.reject()
    persons = window.open(PERSONS)
    assert isinstance(persons, PersonsView)
    opened.until(lambda: persons.list.model().rowCount() == 7)
    window.activateWindow()
    opened.until(window.isActiveWindow)
    persons._go_to_list()
    opened.until(lambda: persons.list.current_key is not None)
    window.new_follow_up_requested.emit()
    assert window.current == FOLLOW_UP


def test_ctrl_n_on_the_agenda_begins_an_appointment(opened: Opened) -> None:
    opened.unlock()
    window = opened.desk.window
    agenda = window.open(AGENDA)
    assert isinstance(agenda, AgendaView)
    opened.until(lambda: agenda._viewmodel.state.read is not None)
    window.new_follow_up_requested.emit()
    assert agenda.booking.isVisible()
    assert ("N, Ctrl+N", "Agenda\u00a0: nouveau rendez-vous") in window.shortcuts()


def test_a_page_with_nothing_to_press_leaves_the_keyboard_on_its_name(opened: Opened) -> None:
    opened.unlock()
    window = opened.desk.window
    window.activateWindow()
    opened.until(window.isActiveWindow)
    for key in (PERSONS, SETTINGS, SYNC, TODAY):
        page = window.open(key)
        focused = window.focusWidget()
        assert focused is not None
        assert page.isAncestorOf(focused) or focused is window.sidebar.buttons[key]


def test_the_tab_key_goes_through_a_page_from_its_top(opened: Opened) -> None:
    opened.unlock()
    opened.desk.workspace.open_person(opened.persons[1])
    page = opened.desk.window.page(DOSSIER)
    opened.until(lambda: "Yves Morisset" in words_of(page))
    window = opened.desk.window
    window.activateWindow()
    last = window.sidebar
    stops: list[QWidget] = []
    here: QWidget | None = last
    for _ in range(200):
        here = here.nextInFocusChain() if here is not None else None
        if here is None or here is last:
            break
        takes_tab = bool(here.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if takes_tab and page.isAncestorOf(here) and here.isVisibleTo(page):
            stops.append(here)
    tops = [stop.mapTo(page, stop.rect().topLeft()).y() for stop in stops]
    assert page.focusProxy() is None, "Qt would lead the Tab key past what stands above"
    assert tops[0] == min(tops)
