"""What a nurse, a mobility advisor and a psychologist record, each at her own window.

The field has no network; the office and a colleague's laptop are real, and hear of it afterwards.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.application import Application
from desktop.app.record_pages import RECORD_FORM
from desktop.app.sync_runner import Phase, SyncProgress
from desktop.app.workspace import DOSSIER, TODAY
from desktop.app.writing_pages import FOLLOW_UP
from desktop.config.folders import Folders
from desktop.config.policy import Policy
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.services.appointments import Plan
from desktop.services.care import CareFacts
from desktop.ui.dossier import DossierView
from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.outlets import SystemOutlets
from desktop.ui.person_records import PersonRecordsView
from desktop.ui.record_form.view import RecordFormView
from desktop.ui.search import SearchPalette
from desktop.ui.today import TodayView
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds.agenda import Motive
from protocol.kinds.care import CareOutcome, CarePlace, CarePurpose, RelayState, Transport
from protocol.kinds.follow_ups import Medium
from protocol.kinds.people import Job, StructureKind
from protocol.kinds.persons import CircleRole
from tests.app.conftest import Opened
from tests.support.fleet import Laptop, enrolled
from tests.support.forms import answer, record, structure
from tests.support.laptop import TurnedClock, bring, seed_small
from tests.support.office import Office
from tests.support.two_laptops import somebody, welcome

CANARY = "CANARI-MOTIF-DE-SANTE"
WRITTEN = "Dort mieux, reprend la marche."
_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier


@dataclass
class Window:
    """A professional's program, unlocked, and what one does at it."""

    opened: Opened
    bot: QtBot
    keys: int = 0
    """Pressed so far, beside the words."""

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
        """Press one key where the keyboard is."""
        self.keys += 1
        QTest.keyClick(focused(), key, modifiers or Qt.KeyboardModifier.NoModifier)

    def write(self, text: str) -> None:
        QTest.keyClicks(focused(), text)

    def until(self, condition: Callable[[], bool]) -> None:
        self.opened.until(condition)

    def page(self, key: str) -> QWidget:
        """Wait for a page to be the one in sight."""
        window = self.opened.desk.window
        self.until(lambda: window.current == key)
        return window.page(key)

    def form(self) -> RecordFormView:
        """Wait for the form of a record to be open."""
        page = self.page(RECORD_FORM)
        assert isinstance(page, RecordFormView)
        self.until(lambda: page.viewmodel.state.target is not None)
        return page

    def records(self, person: PersonId) -> PersonRecordsView:
        """Open somebody's dossier where the professions record."""
        self.opened.desk.workspace.open_person(person)
        dossier = self.page(DOSSIER)
        assert isinstance(dossier, DossierView)
        self.until(dossier.tabs.isVisible)
        dossier.tabs.open("records")
        [view] = dossier.findChildren(PersonRecordsView)
        self.until(view.relays.new.isVisible)  # read and laid out: what can be pressed is there
        return view

    def synchronise(self) -> None:
        """Have the laptop synchronise, and wait for its end."""
        runner = self.opened.desk.runner
        self.until(lambda: not runner.is_running)
        with self.bot.waitSignal(runner.changed, check_params_cb=_is_done):
            runner.sync_now()


def _is_done(progress: SyncProgress) -> bool:
    return progress.phase is Phase.IDLE and progress.failure is None


@pytest.fixture
def program(office: Office, tmp_path: Path, qtbot: QtBot) -> Iterator[Callable[..., Window]]:
    """Enrols a professional, gives her a round, and opens her window."""
    running: list[Application] = []

    def start(name: str, job: Job, prepare: Callable[[Laptop, list[PersonId]], object]) -> Window:
        folders = Folders(tmp_path / name / "vault", tmp_path / name / "settings")
        folders.make()
        clock = TurnedClock(datetime.now(UTC).replace(hour=8, minute=40, second=0, microsecond=0))
        laptop = enrolled(office, folders.vault, name, job, clock)
        persons = seed_small(laptop.desk)
        prepare(laptop, persons)
        laptop.close()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        application = Application(app, folders, Policy(), clock, SystemRandom(), FLOOR)
        application.start()
        running.append(application)
        opened = Opened(application, qtbot, clock, persons, folders)
        opened.unlock()
        window = opened.desk.window
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return Window(opened, qtbot)

    yield start
    for application in running:
        application.close()


def test_a_nurse_comes_back_from_the_dentist_and_her_colleague_reads_the_facts_not_the_reason(
    office: Office, mehdi: Laptop, program: Callable[..., Window]
) -> None:
    visits: list[str] = []

    def prepare(julie: Laptop, persons: list[PersonId]) -> None:
        yves = persons[1]
        mehdi_id = next(c for c in julie.desk.directory.colleagues().values() if "Mehdi" in c.name)
        julie.desk.persons.welcome(yves, ProfessionalId(mehdi_id.id), CircleRole.UNIQUE_REFERENT)
        before = julie.desk.follow_ups.begin(persons[2])
        care = CareFacts(CarePurpose.CARE_VISIT, transport=Transport.SERVICE)
        julie.desk.follow_ups.finish(replace(before, care=care))
        at = julie.clock.now() - timedelta(hours=1)
        done = julie.desk.appointments.plan(Plan(yves, at, 60, None, Motive.CARE_TRIP))
        visits.append(done.value)
        julie.sync()

    window = program("Julie Petit", Job.NURSE, prepare)
    yves = window.opened.persons[1]
    office.offline()
    window.opened.desk.workspace.open_meeting(yves, visits[0])
    editor = window.page(FOLLOW_UP)
    assert isinstance(editor, FollowUpView)
    window.until(editor.care.first.hasFocus)

    # Ten keys beside the words: where, how far, what came of it; they went as the last time.
    window.press(Qt.Key.Key_D)
    window.press(Qt.Key.Key_Tab)
    window.press(Qt.Key.Key_Tab)
    window.write("24")
    window.press(Qt.Key.Key_Tab)
    window.press(Qt.Key.Key_F)
    window.press(Qt.Key.Key_Tab)
    window.press(Qt.Key.Key_Tab)
    window.write("Soins faits, prochain rendez-vous pris.")
    editor.note.text.setFocus()
    window.write(CANARY)
    window.press(Qt.Key.Key_Return, _CONTROL)
    window.page(TODAY)

    office.online()
    window.synchronise()
    mehdi.clock.moment = window.opened.clock.moment
    mehdi.sync()
    [line] = mehdi.desk.care.of(yves)
    assert (line.care_place, line.transport) == (CarePlace.DENTIST, Transport.SERVICE)
    assert (line.kilometres, line.outcome) == (24, CareOutcome.DONE)
    assert (line.author.name, line.mine) == ("Julie Petit", False)
    assert mehdi.desk.follow_ups.timeline(yves)[0].summary.startswith("Soins faits")
    assert CANARY not in mehdi.store_text()
    assert CANARY not in office.dump()
    view = window.records(yves)
    window.until(lambda: len(view.care.lines.lines) == 1)
    assert "24\u00a0km" in view.care.lines.lines[0].about


def test_a_mobility_advisor_reviews_a_diagnosis_and_takes_it_away_on_paper(
    program: Callable[..., Window], tmp_path: Path
) -> None:
    def prepare(hugo: Laptop, persons: list[PersonId]) -> None:
        workplace = hugo.session.workplace
        platform = structure(workplace, "Plateforme du Mellois", StructureKind.MOBILITY_PLATFORM)
        bring(workplace, platform)
        day = hugo.clock.now().date() - timedelta(days=150)
        record(hugo.desk.mobility.form, persons[1], reviewed_on=day, vehicle="bike")

    window = program("Hugo Lambert", Job.MOBILITY_ADVISOR, prepare)
    yves = window.opened.persons[1]
    view = window.records(yves)
    window.until(lambda: "premier diagnostic" in view.mobility.about.text())

    window.press(Qt.Key.Key_D, _ALT)
    page = window.form()
    window.until(page.form.fields["licence"].entry.hasFocus)
    assert page.form.fields["vehicle"].value == "bike", "it starts from the last one"
    window.press(Qt.Key.Key_P)  # Permis B
    page.form.go_to("max_kilometres")
    window.write("30 km")
    page.form.go_to("synthesis")
    window.write("Permis obtenu.")
    window.press(Qt.Key.Key_Return, _CONTROL)

    window.page(DOSSIER)
    window.until(lambda: ("Permis", "", "Permis B") in view.mobility.grid.rows)
    assert ("Véhicule", "Vélo", "Vélo") in view.mobility.grid.rows
    assert ("Distance possible", "", "30\u00a0km aller") in view.mobility.grid.rows

    path = tmp_path / "diagnostic-mobilite.pdf"
    view.mobility.outlets = Chosen(path)  # where a person would answer the computer's dialog
    view.mobility.print.click()
    window.until(path.exists)
    window.until(lambda: "PDF" in view.mobility.said.sentence)
    assert path.read_bytes().startswith(b"%PDF")

    view.needs.reason.set_value("too_far")
    window.press(Qt.Key.Key_B, _ALT)
    window.until(lambda: bool(view.needs.lines.lines))
    assert "Trop loin · Melle" in view.needs.lines.lines[0].about


def test_a_psychologist_asks_the_cmp_and_notes_its_answer_three_weeks_later(
    program: Callable[..., Window],
) -> None:
    window = program("Claire Martin", Job.PSYCHOLOGIST, lambda claire, persons: None)
    yves = window.opened.persons[1]
    view = window.records(yves)
    window.press(Qt.Key.Key_R, _ALT)
    page = window.form()
    window.until(page.form.fields["to"].entry.hasFocus)
    window.press(Qt.Key.Key_C)  # CMP
    page.form.go_to("request")
    window.write("Disponible le matin, vient en car.")

    # The laptop locks in the middle: she comes back to her words.
    window.opened.lock()
    window.opened.unlock()
    window.opened.desk.window.activateWindow()
    page = window.form()
    assert page.form.fields["request"].value == "Disponible le matin, vient en car."
    window.press(Qt.Key.Key_Return, _CONTROL)
    window.page(DOSSIER)  # where she was before the lock

    window.opened.clock.advance(days=21)
    today = window.opened.desk.window.open(TODAY)
    told = "Yves Morisset, relais vers CMP\u00a0: sans réponse depuis 21 jours"
    window.until(lambda: told in [r.words for r in today.reminders.reminders])  # type: ignore[attr-defined]  # its own names

    view = window.records(yves)
    since = "sans réponse depuis 21 jours"
    window.until(lambda: [since in line.about for line in view.relays.lines.lines] == [True])
    [line] = view.relays.lines.lines
    view.relays.lines.button(line.key).click()
    page = window.form()
    page.form.go_to("state")
    window.press(Qt.Key.Key_A)  # Accepté
    page.form.go_to("answer")
    window.write("Une place le mardi.")
    window.press(Qt.Key.Key_Return, _CONTROL)
    window.page(DOSSIER)
    window.until(lambda: "répondu en 21 jours" in view.relays.lines.lines[0].about)


@pytest.mark.parametrize("job", [Job.PSYCHOLOGIST, Job.REFERENT, Job.MOBILITY_ADVISOR], ids=str)
def test_an_ordinary_follow_up_takes_ten_keys_at_most_beside_its_words(
    program: Callable[..., Window], job: Job
) -> None:
    window = program("Claire Martin", job, lambda claire, persons: None)
    today = window.page(TODAY)
    assert isinstance(today, TodayView)
    window.until(lambda: today.list.model().rowCount() > 1)
    window.until(today.list.hasFocus)
    window.press(Qt.Key.Key_Return)  # the appointment of the hour

    editor = window.page(FOLLOW_UP)
    assert isinstance(editor, FollowUpView)
    window.until(lambda: editor.shared.summary.isAncestorOf(focused()))
    person = editor.viewmodel.form.person
    window.write(WRITTEN)
    window.press(Qt.Key.Key_Return, _CONTROL)
    window.page(TODAY)

    assert window.keys <= 10
    window.opened.desk.workspace.open_person(person)
    dossier = window.page(DOSSIER)
    assert isinstance(dossier, DossierView)
    window.until(lambda: dossier._viewmodel.state.read is not None)
    state = dossier._viewmodel.state
    assert state.read is not None
    [line] = state.read.timeline
    assert (line.summary, line.place_name, line.minutes) == (WRITTEN, "Melle", 45)


@pytest.mark.parametrize(
    ("key", "medium"), [(Qt.Key.Key_S, Medium.WALK_IN), (Qt.Key.Key_T, Medium.PHONE)]
)
def test_somebody_who_drops_in_or_calls_takes_a_key_her_name_and_enter(
    program: Callable[..., Window], key: Qt.Key, medium: Medium
) -> None:
    window = program("Claire Martin", Job.PSYCHOLOGIST, lambda claire, persons: None)
    opened = window.opened
    QTest.keyClick(opened.desk.window, key, _CONTROL | _SHIFT)
    window.until(lambda: isinstance(QApplication.activeModalWidget(), SearchPalette))
    palette = QApplication.activeModalWidget()
    assert isinstance(palette, SearchPalette)
    palette.field.setFocus()
    QTest.keyClicks(palette.field, "morisset")
    window.until(lambda: palette.model.rowCount() == 1)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)

    editor = window.page(FOLLOW_UP)
    assert isinstance(editor, FollowUpView)
    window.until(lambda: editor.viewmodel.state.form is not None)
    form = editor.viewmodel.form
    assert (form.person, form.medium, form.appointment) == (opened.persons[1], medium, None)
    assert form.starts_at == opened.clock.now()
    assert editor.facts.place.currentText() == "Melle", "where her round puts her then"
    assert editor.facts.medium.value == medium.value


def test_a_referent_who_hears_the_answer_writes_it_and_both_read_the_same(
    claire: Laptop, mehdi: Laptop
) -> None:
    claire.sync()
    yves = somebody(claire)
    welcome(claire, yves, mehdi)
    asked = record(claire.desk.relays.form, yves, to="cmp", request="Disponible le matin.")
    claire.sync()
    mehdi.sync()
    [line] = mehdi.desk.relays.of(yves)
    assert (line.author.name, line.mine, line.request) == (
        "Claire Martin",
        False,
        "Disponible le matin.",
    )
    assert mehdi.desk.relays.waiting() == [], "it is Claire who waits"

    mehdi.clock.advance(days=9)
    claire.clock.advance(days=9)
    answer(mehdi.desk.relays.form, asked, state="accepted", answer="Le mardi, 14 h.")
    answer(claire.desk.relays.form, asked, request="Disponible le matin, pas le mardi.")
    for laptop in (mehdi, claire, mehdi):
        laptop.sync()
    for laptop in (claire, mehdi):
        [line] = laptop.desk.relays.of(yves)
        assert (line.state, line.answer, line.days) == (RelayState.ACCEPTED, "Le mardi, 14 h.", 9)
        assert line.request == "Disponible le matin, pas le mardi."
        assert laptop.desk.sync_reports.read().to_review == ()
    assert claire.desk.relays.waiting() == []


class Chosen(SystemOutlets):
    """A file somebody chose."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def ask_path(self, parent: QWidget, name: str, kinds: str) -> Path:
        return self._path


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget
