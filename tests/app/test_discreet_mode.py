"""F8: somebody walks past the screen, and reads no name on any page."""

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from desktop.app.discreet_mode import said_again
from desktop.app.workspace import DOSSIER, PERSONS, SETTINGS, TODAY
from desktop.config.preferences import PreferencesFile
from desktop.services.documents import ChosenFile, NewDocument
from desktop.services.done import Done
from desktop.services.workshops import NewSession
from desktop.ui.background import Lane
from desktop.ui.dossier import DossierView
from desktop.ui.settings import SettingsView
from protocol.kinds import SYNCED
from protocol.kinds.documents import DocumentCategory, DocumentMedia
from protocol.kinds.programmes import WorkshopTheme
from tests.app.conftest import Opened
from tests.app.pictures import pages
from tests.support.fleet import PASSPHRASE
from tests.support.scans import pdf
from tests.support.shown_words import painted, shown_words

CANARIES = (
    *("Nadia", "Benali", "Yves", "Moriss", "Élodie", "Guérin", "Jean-Luc", "Audebert"),
    *("Fatou", "Diallo", "Sandrine", "Pelletier", "Thi Lan", "Guyen"),
)
"""Long enough to be seen in words that a list has cut."""
INITIALS = ("N. B.", "Y. M.", "É. G.", "J.-L. A.", "F. D.", "S. P.", "T. L. N.")
NAMED = (
    *("today", "persons", "agenda", "dossier-yves", "handout-yves"),
    "dossier-yves-document",
    *("tour", "workshops-one", "follow_up", "search"),
)
"""Pages on which persons are named, among all those that are looked at."""


def test_no_page_tells_a_name_while_the_mode_is_on(opened: Opened) -> None:
    opened.unlock()
    _settle(opened)
    _meet_yves(opened)
    opened.desk.window.open(PERSONS)
    opened.until(lambda: "Morisset" in painted(opened.desk.window))  # painters are heard as well
    assert set(NAMED) <= {page for page, words in _walk(opened, CANARIES) if _names_in(words)}

    _press(opened, Qt.Key.Key_F8)
    _settle(opened)
    assert opened.desk.window.sidebar.discreet.isVisibleTo(opened.desk.window)
    told = {page: _names_in(words) for page, words in _walk(opened, INITIALS)}
    assert {page: names for page, names in told.items() if names} == {}


def test_pages_that_are_open_change_at_once_and_change_back(opened: Opened) -> None:
    opened.unlock()
    window, yves = opened.desk.window, opened.persons[1]
    opened.desk.workspace.open_person(yves)
    dossier = window.page(DOSSIER)
    assert isinstance(dossier, DossierView)
    opened.until(lambda: dossier.header.title.text() == "Yves Morisset")
    _press(opened, Qt.Key.Key_F8)
    opened.until(lambda: dossier.header.title.text() == "Y. M.")
    facts = dict(dossier.summary.identity.facts)
    assert (facts["Prénom"], facts["Nom de naissance"]) == ("Y.", "M.")
    _press(opened, Qt.Key.Key_F8)
    opened.until(lambda: dossier.header.title.text() == "Yves Morisset")
    assert not window.sidebar.discreet.isVisibleTo(window)


def test_turning_it_on_sends_nothing_to_the_office(opened: Opened) -> None:
    assert {touch.kind for touch in said_again([])} == set(SYNCED)
    assert not any(touch.id for touch in said_again(["somebody"]))


def test_it_is_forgotten_by_a_lock_unless_asked_for_each_time(opened: Opened) -> None:
    opened.unlock()
    _press(opened, Qt.Key.Key_F8)
    assert _is_on(opened)
    _lock(opened)
    opened.unlock(PASSPHRASE)
    assert not _is_on(opened)
    settings = opened.desk.window.open(SETTINGS)
    assert isinstance(settings, SettingsView)
    settings.starts_discreet.click()
    _settle(opened)
    assert PreferencesFile(opened.folders.settings / "preferences.json").read().starts_discreet
    assert not _is_on(opened)  # from the next time on
    _lock(opened)
    opened.unlock(PASSPHRASE)
    assert _is_on(opened)
    _settle(opened)
    opened.desk.window.open(TODAY)
    assert _names_in(shown_words(opened.desk.window)) == []


def _meet_yves(opened: Opened) -> None:
    """Gives Yves a follow-up, a letter and a workshop, so that what is shown of them is shown."""
    services, yves = opened.desk.workspace._parts.session.services, opened.persons[1]
    done: list[object] = []

    def write() -> object:
        file = ChosenFile("Courrier", DocumentMedia.PDF, pdf())
        services.documents.add(NewDocument(yves, "Courrier", DocumentCategory.LETTER, file))
        starts_at = opened.clock.moment + timedelta(days=4)
        new = NewSession("Mieux dormir", WorkshopTheme.HEALTH, starts_at, 120, None, 8)
        session = services.workshops.create(new).value
        services.workshops.register(session, yves, first_step_with=False)
        form = replace(services.follow_ups.begin(yves), summary="Va mieux.")
        return services.follow_ups.finish(form)

    opened.application.background.run(Lane.STORE, write, done.append, done.append)
    opened.until(lambda: bool(done))
    assert isinstance(done[0], Done)


def _is_on(opened: Opened) -> bool:
    return opened.desk.discreet.is_on


def _walk(opened: Opened, awaited: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return what each page tells, once those that name somebody tell some of ``awaited``."""
    told = []
    for numbered, window in pages(opened.desk, opened.persons):
        page = numbered.lstrip("0123456789")
        _settle(opened)
        if page in NAMED:
            opened.until(lambda shown=window: any(x in shown_words(shown) for x in awaited))  # type: ignore[misc]  # bound at once
        told.append((page, shown_words(window)))
        if isinstance(window, QDialog):
            window.reject()
    return told


def _names_in(words: str) -> list[str]:
    return [name for name in CANARIES if name in words]


def _settle(opened: Opened) -> None:
    """Until the store has answered all it was asked, and what these answers asked in turn."""
    for _ in range(3):
        answered: list[None] = []
        opened.application.background.run(
            Lane.STORE, lambda: None, answered.append, lambda failure: None
        )
        opened.until(lambda heard=answered: bool(heard))  # type: ignore[misc]  # bound at once


def _lock(opened: Opened) -> None:
    _press(opened, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    opened.until(lambda: opened.application.desk is None)


def _press(
    opened: Opened,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    window = opened.desk.window
    window.activateWindow()
    opened.until(window.isActiveWindow)
    QTest.keyClick(window, key, modifier)
