"""Draws every page of the real program, so that people can look at them.

    python -m tests.app.pictures OUT_DIR [SCENE…] [--look NAME…]

A real vault, a real office on loopback, the real window. Names are invented.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app.application import Application
from desktop.app.backup_pages import BACKUPS
from desktop.app.handout_page import HANDOUT
from desktop.app.record_pages import RECORD_FORM
from desktop.app.road_pages import TOUR, TRIPS, WORKSHOPS
from desktop.app.unlocked import UnlockedDesk
from desktop.app.workspace import AGENDA, DOSSIER, IMPORT, PERSONS, SETTINGS, SYNC, TODAY
from desktop.app.writing_pages import FOLLOW_UP, PERSON_FORM
from desktop.config.folders import Folders
from desktop.config.policy import Policy
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.ui.background import Lane
from desktop.ui.backups import BackupsView
from desktop.ui.documents import DocumentsView
from desktop.ui.dossier import DossierView
from desktop.ui.import_caseload import ImportView
from desktop.ui.import_caseload.state import Step
from desktop.ui.lock import LockView
from desktop.ui.main_window.shortcuts_sheet import ShortcutsSheet
from desktop.ui.safety import SafetySheet
from desktop.ui.search import SearchPalette
from desktop.ui.theme import Mode
from desktop.ui.workshops import WorkshopsView
from protocol.ids import PersonId
from protocol.kinds import Appointment, Person
from protocol.kinds.people import Job
from tests.support.fleet import PASSPHRASE, enrolled
from tests.support.laptop import Desk, TurnedClock, seed_small
from tests.support.long_morning import live_a_crowd, live_a_year
from tests.support.office import Office, Premises

_WAIT_MS = 700
_CASELOAD = """Nom;Prénom;Date de naissance;Commune;Téléphone;Référent
Benali;Nadia;04/03/1979;Melle;0612345601;Mme Roy
Morisset;Yves;22/09/1968;Niort;0612345602;Mme Roy
Guérin-Lacroix de la Roche;Marie-Élodie;1er mars 1990;Parthenay;pas de téléphone;Mme Roy
;Sansnom;;;;
Diallo;Fatou;31/02/1985;Melle;;
Mercier;Paul;03/1961;Saint-Maixent-l’École;0612345603;
"""


@dataclass(frozen=True)
class Look:
    """One way to look at a page."""

    mode: Mode
    scale: int
    width: int
    height: int


LOOKS = {
    "light": Look(Mode.LIGHT, 100, 1366, 768),
    "dark": Look(Mode.DARK, 100, 1366, 768),
    "light-200": Look(Mode.LIGHT, 200, 1366, 768),
    "dark-200": Look(Mode.DARK, 200, 1366, 768),
    "wide": Look(Mode.LIGHT, 100, 1920, 1080),
}


def _nobody(desk: Desk) -> list[PersonId]:
    return []


SCENES: dict[str, Callable[[Desk], list[PersonId]]] = {
    "empty": _nobody,
    "small": seed_small,
    "year": live_a_year,
    "crowd": live_a_crowd,
}


def main() -> None:
    """Draw what was asked for."""
    options = _options()
    app = QApplication(sys.argv[:1])
    with TemporaryDirectory() as folder:
        premises = Premises.start(Path(folder))
        for scene in options.scenes or SCENES:
            office = Office(premises, premises.new_department(), premises.open_road())
            with TemporaryDirectory() as home:
                _play(app, office, Path(home), scene, options.look or list(LOOKS), options.out)
            office.close()
        premises.close()


def _play(
    app: QApplication, office: Office, home: Path, scene: str, looks: list[str], out: Path
) -> None:
    folders = Folders(home / "vault", home / "settings")
    folders.make()
    clock = TurnedClock(datetime.now(UTC).replace(hour=8, minute=40))
    laptop = enrolled(office, folders.vault, "Claire Martin", Job.PSYCHOLOGIST, clock)
    persons = SCENES[scene](laptop.desk)
    laptop.close()
    application = Application(app, folders, Policy(), clock, SystemRandom(), FLOOR)
    application.start()
    _wait()
    _shoot(application.window, out, f"{scene}-0lock")
    lock = application.window
    if not isinstance(lock, LockView):
        raise SystemExit("the lock was expected")
    lock.field.line.setText(PASSPHRASE)
    lock.open_button.click()
    while application.desk is None:
        _wait(50)
    _wait(1500)
    for name in looks:
        look = LOOKS[name]
        application.theme.choose_mode(look.mode)
        application.theme.choose_scale(look.scale)
        application.desk.window.resize(look.width, look.height)
        for page, window in pages(application.desk, persons):
            _wait()
            _shoot(window, out, f"{scene}-{page}-{name}")
            if isinstance(window, SafetySheet | SearchPalette | ShortcutsSheet):
                window.reject()
    application.close()


def pages(desk: UnlockedDesk, persons: list[PersonId]) -> Iterator[tuple[str, QWidget]]:
    window, workspace = desk.window, desk.workspace
    for at, key in enumerate((TODAY, PERSONS, AGENDA, SYNC, SETTINGS, IMPORT), 1):
        window.open(key)
        yield f"{at}{key}", window
    if persons:
        shown = persons[7] if len(persons) > 7 else persons[1]
        for person, name in ((persons[1], "yves"), (shown, "other")):
            workspace.open_person(person)
            dossier = window.page(DOSSIER)
            if isinstance(dossier, DossierView):
                dossier.tabs.open("summary")
                yield f"6{DOSSIER}-{name}", window
                dossier.tabs.open("follow_ups")
                yield f"6{DOSSIER}-{name}-suivis", window
                if dossier.follow_ups.detail.handout.isVisible():
                    dossier.follow_ups.detail.handout.click()
                    yield f"6{HANDOUT}-{name}", window
                    window.back()
                dossier.tabs.open("path")
                yield f"6{DOSSIER}-{name}-parcours", window
                dossier.tabs.open("records")
                yield f"6{DOSSIER}-{name}-metiers", window
                dossier.tabs.open("documents")
                yield f"6{DOSSIER}-{name}-documents", window
                documents = dossier.findChildren(DocumentsView)[0]
                if documents.rows.rows:
                    documents.list.opened.emit(documents.rows.rows[0].key)
                    yield f"6{DOSSIER}-{name}-document", window
        yield from _road(desk)
        workspace.open_meeting(persons[1], "")
        yield f"7{FOLLOW_UP}", window
        for kind in ("relay", "mobility_diagnosis"):
            workspace.records.begin(kind, persons[1])
            yield f"7{RECORD_FORM}-{kind}", window
        workspace.edit_person(shown)
        yield f"8{PERSON_FORM}-edit", window
    workspace.new_person()
    yield f"8{PERSON_FORM}-new", window
    yield from _import(desk)
    yield from _backups(desk)
    window.show_shortcuts()
    yield "9shortcuts", window.findChildren(ShortcutsSheet)[-1]
    window.search_requested.emit()
    palette = window.findChildren(SearchPalette)[-1]
    palette.field.setText("m")
    palette.field.textEdited.emit("m")
    yield "9search", palette
    palette.reject()
    desk.safety_requested.emit()
    yield "9safety", window.findChildren(SafetySheet)[-1]


def _import(desk: UnlockedDesk) -> Iterator[tuple[str, QWidget]]:
    window = desk.window
    page = window.open(IMPORT)
    if not isinstance(page, ImportView):
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file active.csv"
        path.write_bytes(_CASELOAD.encode("cp1252"))
        page.viewmodel.choose(str(path))
        _reach(page, Step.COLUMNS)
        yield f"6{IMPORT}-columns", window
        page.viewmodel.preview()
        _reach(page, Step.PREVIEW)
        for tab in ("new", "doubtful", "refused"):
            page.preview.tabs.open(tab)
            yield f"6{IMPORT}-preview-{tab}", window
        page.viewmodel.restart()


def _reach(page: ImportView, step: Step) -> None:
    while page.viewmodel.state.step is not step:
        _wait(50)


def _backups(desk: UnlockedDesk) -> Iterator[tuple[str, QWidget]]:
    desk.backups.open()
    yield f"7{BACKUPS}-none", desk.window
    desk.backups.watch.hold()
    desk.backups.watch.make_now()
    yield f"7{BACKUPS}-waiting", desk.window
    desk.backups.watch.release()
    while desk.backups.watch.is_copying:
        _wait(50)
    _wait()
    lost: list[object] = []
    desk._background.run(Lane.STORE, lambda: _lose(desk), lost.append, lost.append)
    while not lost:
        _wait(50)
    page = desk.window.page(BACKUPS)
    if isinstance(page, BackupsView):
        page.copies.opened.emit(page.copy_rows.rows[0].key)
        while not page.line_rows.rows:
            _wait(50)
        page.lines.opened.emit(page.line_rows.rows[-1].key)
        _wait()
        yield f"7{BACKUPS}", desk.window
        page.all_button.click()
        yield f"7{BACKUPS}-sure", desk.window
    desk.window.back()


def _lose(desk: UnlockedDesk) -> None:
    workplace = desk._session.workplace
    with workplace.work() as work:
        # One a look: the smallest caseload has seven.
        for record in workplace.store.records.select(Appointment, limit=1):
            work.delete(Appointment, record.id)
        for person in workplace.store.records.select(Person, limit=3):
            work.save(replace(person, request="Demande un rendez-vous plus tôt, à Melle."))


def _road(desk: UnlockedDesk) -> Iterator[tuple[str, QWidget]]:
    window, road = desk.window, desk.workspace.road
    road.open_tour()
    yield f"7{TOUR}", window
    road.open_trips()
    yield f"7{TRIPS}", window
    road.open_workshops()
    yield f"7{WORKSHOPS}", window
    workshops = window.page(WORKSHOPS)
    if isinstance(workshops, WorkshopsView) and workshops.rows.rows:
        workshops.list.opened.emit(workshops.rows.rows[0].key)
        yield f"7{WORKSHOPS}-one", window


def _shoot(window: QWidget | None, out: Path, name: str) -> None:
    if window is not None:
        out.mkdir(parents=True, exist_ok=True)
        window.grab().save(str(out / f"{name}.png"))


def _wait(delay_ms: int = _WAIT_MS) -> None:
    # A loop of Qt's own lets the lanes work: ``QTest.qWait`` would keep them waiting.
    loop = QEventLoop()
    QTimer.singleShot(delay_ms, loop.quit)
    loop.exec()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Draws every page of the real program.")
    parser.add_argument("out", type=Path, nargs="?", default=Path("build/pictures"))
    parser.add_argument("scenes", nargs="*", choices=[*SCENES, []])
    parser.add_argument("--look", action="append", choices=LOOKS)
    return parser.parse_args()


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main()
