"""Draws the pictures of the guide (docs/guide/) from the real program.

    python -m tests.app.guide_pictures [OUT_DIR]        or: make guide

A real vault, a real office on loopback, the real window; names are invented. The pictures are kept
in the repository, small, so that the guide is read where the code is; they are drawn again when a
page they show has changed.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app.application import Application
from desktop.app.unlocked import UnlockedDesk
from desktop.app.workspace import AGENDA, DOSSIER, PERSONS, SETTINGS, SYNC, TODAY
from desktop.app.writing_pages import FOLLOW_UP
from desktop.config.folders import Folders
from desktop.config.policy import Policy
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.services.appointments import Plan
from desktop.services.permanences import OpeningForm, Repeat
from desktop.services.persons import NewPerson
from desktop.services.waiting import Wait
from desktop.ui.dossier import DossierView
from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.lock import LockView
from desktop.ui.theme import Mode
from protocol.ids import PersonId, PlaceId, ProfessionalId
from protocol.kinds.agenda import Motive
from protocol.kinds.follow_ups import StepOwner
from protocol.kinds.follow_ups import Theme as Subject
from protocol.kinds.people import Job, Professional
from protocol.kinds.persons import CircleRole
from protocol.kinds.places import Place
from tests.support.fleet import PASSPHRASE, Laptop, enrolled
from tests.support.laptop import TurnedClock, bring, seed_small
from tests.support.office import Office, Premises

OUT = Path(__file__).resolve().parents[2] / "docs" / "guide" / "images"
MOST_BYTES = 60_000
WIDTH_PX = 1000
NAMES = (
    *("premier-demarrage", "verrou", "aujourdhui", "agenda", "tournee", "suivi", "feuille"),
    *("dossier", "mode-discret", "reglages", "synchronisation"),
)
_SIZE = (1366, 768)
_COLOURS = (200, 96, 48)
_WAIT_MS = 900


def main() -> None:
    """Draw all of them."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    with TemporaryDirectory() as folder:
        premises = Premises.start(Path(folder))
        office = Office(premises, premises.new_department(), premises.open_road())
        clock = TurnedClock()
        office.clock.offset = clock.moment - datetime.now(UTC)
        for name, window in _scenes(app, office, clock):
            _wait()
            _keep(window, out / f"{name}.png")
            print(f"{name}.png")
        office.close()
        premises.close()


def _scenes(app: QApplication, office: Office, clock: TurnedClock) -> Iterator[tuple[str, QWidget]]:
    with TemporaryDirectory() as home, _started(app, Path(home), clock) as application:
        yield "premier-demarrage", _window(application)
    with TemporaryDirectory() as home:
        folders = _folders(Path(home))
        laptop = enrolled(office, folders.vault, "Claire Martin", Job.PSYCHOLOGIST, clock)
        with TemporaryDirectory() as his:
            persons = _live(laptop)
            _disagree(office, laptop, Path(his), persons[2])
        laptop.close()
        with _started(app, Path(home), clock) as application:
            yield "verrou", _window(application)
            desk = _unlocked(application)
            yield from _pages(desk, persons)


def _pages(desk: UnlockedDesk, persons: list[PersonId]) -> Iterator[tuple[str, QWidget]]:
    window, workspace = desk.window, desk.workspace
    _until(lambda: desk.runner.progress.last_success is not None)
    for name, key in (("aujourdhui", TODAY), ("agenda", AGENDA)):
        window.open(key)
        yield name, window
    workspace.road.open_tour()
    yield "tournee", window
    workspace.open_meeting(persons[2], "")
    _wait()
    editor = window.page(FOLLOW_UP)
    if isinstance(editor, FollowUpView):
        editor.shared.summary.text.set_value(
            "Conjoint alcoolique, dit-elle. Veut d’abord retrouver le sommeil."
        )
        editor.note.text.set_value("Première fois qu’elle en parle.")
    yield "suivi", window
    workspace.open_person(persons[1])
    _wait()
    dossier = window.page(DOSSIER)
    if isinstance(dossier, DossierView):
        dossier.tabs.open("follow_ups")
        yield "dossier", window
        workspace.open_person(persons[0])
        _wait()
        dossier.tabs.open("follow_ups")
        _wait()
        dossier.follow_ups.detail.handout.click()
        yield "feuille", window
    window.open(PERSONS)
    desk.discreet.toggle()
    yield "mode-discret", window
    desk.discreet.toggle()
    window.open(SETTINGS)
    yield "reglages", window
    window.open(SYNC)
    desk.runner.sync_now()
    _wait(3_000)
    yield "synchronisation", window


def _live(laptop: Laptop) -> list[PersonId]:
    """A morning: what was said to Yves last month, and to Nadia half an hour ago."""
    desk, persons = laptop.desk, seed_small(laptop.desk)
    nadia, yves = persons[:2]
    first = desk.appointments.of_day(laptop.clock.moment.date())[0]
    for record in (desk.store.records.get(Place, first.place or ""), _me(laptop)):
        if isinstance(record, Place):
            bring(desk.workplace, replace(record, address="3 place Bujault", room="salle 2"))
        elif record is not None:
            bring(desk.workplace, replace(record, phone="0549000000"))
    desk.follow_ups.finish(
        replace(
            desk.follow_ups.begin(yves),
            starts_at=laptop.clock.moment - timedelta(days=28),
            themes=frozenset({Subject.PSYCHIC_HEALTH, Subject.SOCIAL_LINK}),
            summary="Dort mieux. A repris contact avec sa sœur, qui peut le conduire le jeudi.",
            person_words="« Je voudrais revoir du monde, mais pas tout de suite. »",
            next_step="Appeler ensemble la plateforme mobilité",
            next_step_owner=StepOwner.BOTH,
            clinical="Ruminations en baisse.",
            next_at=None,
        )
    )
    desk.follow_ups.finish(
        replace(
            desk.follow_ups.begin(nadia, first.id),
            summary="Premier entretien. Souhaite un rendez-vous par mois.",
            for_person="Pensez à noter les nuits où vous dormez mieux.\n"
            "Numéro national de prévention du suicide : 3114, jour et nuit.",
            next_step="Apporter le courrier de la CAF",
            next_step_owner=StepOwner.PERSON,
        )
    )
    _open_doors(laptop, persons)
    return persons


def _open_doors(laptop: Laptop, persons: list[PersonId]) -> None:
    """Permanences with free slots, somebody who waits for one, and what was left undone."""
    desk, today = laptop.desk, laptop.clock.moment.date()
    lieux = {one.name: PlaceId(one.id) for one in desk.directory.places()}
    for name, day, opens, closes in (
        ("Melle", today, time(9), time(12)),
        ("Chef-Boutonne", today, time(12), time(15)),
        ("Melle", today + timedelta(days=2), time(9), time(12)),
    ):
        desk.permanences.open(OpeningForm(lieux[name], day, opens, closes, 45, Repeat.WEEKLY))
    waits = desk.persons.create(NewPerson("Texier", "Marc", commune="79174")).value
    desk.waiting.add(Wait(waits, None, Motive.PSY_CONSULTATION, since=today - timedelta(days=41)))
    yesterday = laptop.clock.moment - timedelta(days=1)
    missed = Plan(persons[3], yesterday, 45, lieux["Melle"], Motive.PSY_CONSULTATION)
    desk.appointments.plan(missed)
    begun = desk.follow_ups.begin(persons[4])
    desk.follow_ups.autosave(replace(begun, starts_at=yesterday, summary="Venue avec sa fille."))


def _disagree(office: Office, laptop: Laptop, folder: Path, person: PersonId) -> None:
    """Mehdi and she rewrite the same passage; his has reached the office, hers leaves next."""
    later = TurnedClock(laptop.clock.moment + timedelta(minutes=2))
    his = enrolled(office, folder, "Mehdi Belkacem", Job.REFERENT, later)
    laptop.sync()
    colleagues = laptop.desk.directory.colleagues().values()
    (colleague,) = [one.id for one in colleagues if one.name == "Mehdi Belkacem"]
    laptop.desk.persons.welcome(person, ProfessionalId(colleague), CircleRole.UNIQUE_REFERENT)
    _ask_for(laptop, person, "Dort mal depuis son déménagement. Locataire du parc privé.")
    laptop.sync()
    his.sync()
    _ask_for(laptop, person, "Dort mal depuis son déménagement. Se dit isolée au village.")
    _ask_for(his, person, "Dort mal depuis son déménagement. A demandé un logement social.")
    his.sync()
    his.close()
    laptop.clock.advance(minutes=3)


def _ask_for(laptop: Laptop, person: PersonId, words: str) -> None:
    persons = laptop.desk.persons
    persons.edit(replace(persons.sheet(person).person, request=words))


def _me(laptop: Laptop) -> Professional | None:
    return laptop.desk.store.records.get(Professional, laptop.desk.workplace.me)


class _Started:
    """The program on one folder, closed at the end."""

    def __init__(self, app: QApplication, folders: Folders, clock: TurnedClock) -> None:
        self._application = Application(app, folders, Policy(), clock, SystemRandom(), FLOOR)

    def __enter__(self) -> Application:
        self._application.start()
        _wait()
        self._application.theme.choose_mode(Mode.LIGHT)
        self._application.theme.choose_scale(100)
        _window(self._application).resize(*_SIZE)
        return self._application

    def __exit__(self, *_: object) -> None:
        self._application.close()


def _started(app: QApplication, home: Path, clock: TurnedClock) -> _Started:
    return _Started(app, _folders(home), clock)


def _folders(home: Path) -> Folders:
    folders = Folders(home / "vault", home / "settings")
    folders.make()
    return folders


def _unlocked(application: Application) -> UnlockedDesk:
    lock = application.window
    if not isinstance(lock, LockView):
        raise SystemExit("the lock was expected")
    lock.field.line.setText(PASSPHRASE)
    lock.open_button.click()
    _until(lambda: application.desk is not None)
    desk = application.desk
    if desk is None:
        raise SystemExit("the vault did not open")
    desk.window.resize(*_SIZE)
    return desk


def _window(application: Application) -> QWidget:
    window = application.window
    if window is None:
        raise SystemExit("a window was expected")
    return window


def _keep(window: QWidget, path: Path) -> None:
    """Smaller and in few colours: a guide is read over a slow line too."""
    smooth = Qt.TransformationMode.SmoothTransformation
    drawn = window.grab().toImage().scaledToWidth(WIDTH_PX, smooth)
    drawn = drawn.convertToFormat(QImage.Format.Format_RGB32)
    seen = Counter(memoryview(drawn.constBits()).cast("I"))
    flags = Qt.ImageConversionFlag.ThresholdDither
    for colours in _COLOURS:
        palette = [colour | 0xFF000000 for colour, _ in seen.most_common(colours)]
        drawn.convertToFormat(QImage.Format.Format_Indexed8, palette, flags).save(str(path))
        if path.stat().st_size <= MOST_BYTES:
            return
    raise SystemExit(f"{path.name} is larger than {MOST_BYTES} bytes")


def _until(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        _wait(100)


def _wait(delay_ms: int = _WAIT_MS) -> None:
    # A loop of Qt's own lets the lanes work: ``QTest.qWait`` would keep them waiting.
    loop = QEventLoop()
    QTimer.singleShot(delay_ms, loop.quit)
    loop.exec()


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main()
