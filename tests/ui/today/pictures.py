"""Draws the four first screens in both themes at 100 and 200 %, so that people can look at them.

    python -m tests.ui.today.pictures OUT_DIR

Names are invented.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.changes import ChangeBoard
from desktop.ui.dossier import DossierView, DossierViewModel
from desktop.ui.dossier.reading import DossierServices
from desktop.ui.main_window import MainWindow, Section, SyncState
from desktop.ui.person_form import PersonFormView, PersonFormViewModel
from desktop.ui.persons import PersonsView, PersonsViewModel
from desktop.ui.theme import Mode, Role, Theme
from desktop.ui.today import TodayView, TodayViewModel
from protocol.ids import FollowUpId, PersonId, ProfessionalId, RecordId
from protocol.kinds.agenda import AppointmentStatus
from protocol.kinds.follow_ups import Theme as Subject
from protocol.kinds.persons import CircleRole, Discretion, IdentifierScheme, Sex
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, make_desk, seed_small

_TITLES = (("today", "Aujourd’hui"), ("persons", "Personnes"))


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise SystemExit("A window application is needed.")
    with TemporaryDirectory() as folder:
        desk = make_desk(Path(folder))
        _draw_all(app, desk, _live_a_little(desk), out)
        desk.store.close()


def _draw_all(app: QApplication, desk: Desk, persons: list[PersonId], out: Path) -> None:
    for mode in (Mode.LIGHT, Mode.DARK):
        for scale in (100, 200):
            theme = Theme(app, mode=mode, scale=scale)
            theme.install()
            for name, make in _pages(desk, persons).items():
                _draw(app, theme, make, out / f"{name}-{mode}-{scale}.png")


def _live_a_little(desk: Desk) -> list[PersonId]:
    """A year of follow-ups with Yves, a draft, some absences, a discreet contact."""
    persons = seed_small(desk)
    nadia, yves = persons[:2]
    lines = desk.appointments.of_day(desk.clock.moment.date())
    for months in range(12, 0, -1):
        form = desk.follow_ups.begin(yves)
        desk.follow_ups.finish(
            replace(
                form,
                starts_at=desk.clock.moment - timedelta(days=30 * months),
                themes=frozenset({Subject.PSYCHIC_HEALTH, Subject.MOBILITY, Subject.SOCIAL_LINK}),
                summary="Dort mieux. A repris contact avec sa sœur, qui peut le conduire le jeudi.",
                person_words="« Je voudrais revoir du monde, mais pas tout de suite. »",
                next_step="Appeler la plateforme mobilité du Mellois",
                clinical="Ruminations en baisse." if months % 2 else "",
                next_at=None,
            )
        )
    first = desk.follow_ups.begin(nadia, lines[0].id)
    desk.follow_ups.finish(replace(first, summary="Va mieux.", next_at=None))
    draft = desk.follow_ups.begin(persons[2], lines[2].id)
    desk.follow_ups.autosave(replace(draft, summary="Commence à"))
    sheet = desk.persons.sheet(yves)
    desk.persons.edit(
        replace(
            sheet.person,
            sex=Sex.MALE,
            birth_date=desk.clock.moment.date().replace(year=1979, month=3, day=4),
            discretion=Discretion.DISCREET,
            postal_code="79500",
            safe_contact_note="Appeler le matin, sur le premier numéro seulement.",
        )
    )
    roy = next(c for c in desk.directory.colleagues().values() if c.name == "Catherine Roy")
    desk.persons.welcome(yves, ProfessionalId(roy.id), CircleRole.UNIQUE_REFERENT)
    desk.persons.set_identifier(yves, IdentifierScheme.CAF, "1234567A")
    _leave_open(desk, persons)
    return persons


def _leave_open(desk: Desk, persons: list[PersonId]) -> None:
    for days in (7, 14):
        plan = desk.appointments.of_person(persons[5])[0]
        with desk.workplace.work() as work:
            work.save(
                replace(
                    plan,
                    id=RecordId(desk.workplace.new_id()),
                    starts_at=plan.starts_at - timedelta(days=days),
                    status=AppointmentStatus.TO_QUALIFY,
                )
            )


def _pages(desk: Desk, persons: list[PersonId]) -> dict[str, Callable[[], QWidget]]:
    background, board, clock = InlineBackground(), ChangeBoard(), desk.clock
    yves = persons[1]

    def today() -> QWidget:
        model = TodayViewModel(background, desk.today, desk.appointments, board, clock)
        return _held(TodayView(model), model)

    def caseload() -> QWidget:
        model = PersonsViewModel(background, desk.persons, board, clock)
        return _held(PersonsView(model), model)

    def dossier(tab: str = "summary") -> QWidget:
        services = DossierServices(desk.persons, desk.follow_ups, desk.appointments, desk.directory)
        model = DossierViewModel(background, services, board, clock)
        view = DossierView(model)
        view.open(yves)
        view.tabs.open(tab)
        if tab == "follow_ups":
            model.read_note(FollowUpId(str(view.follow_ups.list.current_key)))
        return _held(view, model)

    def planning() -> QWidget:
        view = dossier()
        if isinstance(view, DossierView):
            view.summary.appointments.open_form()
        return view

    def form() -> QWidget:
        model = PersonFormViewModel(
            background,
            desk.persons,
            desk.person_drafts,
            desk.duplicates,
            desk.directory,
            board,
            clock,
        )
        view = PersonFormView(model)
        model.start_new()
        model.type(
            replace(model.state.typed, birth_name="Morissay", first_name="Yves", birth="4/3/79")
        )
        model.loaded.emit()
        model._look_for_duplicates()
        return _held(view, model)

    return {
        "today": today,
        "persons": caseload,
        "dossier": dossier,
        "suivis": lambda: dossier("follow_ups"),
        "planning": planning,
        "form": form,
    }


def _held(view: QWidget, model: object) -> QWidget:
    view.setProperty("model", model)
    return view


def _draw(app: QApplication, theme: Theme, make: Callable[[], QWidget], target: Path) -> None:
    sections = [Section("page", "Aujourd’hui", make, 1, "sun")]
    sections += [
        Section(key, title, QWidget, at, "users") for at, (key, title) in enumerate(_TITLES, 2)
    ]
    window = MainWindow(theme, sections)
    window.show_who("Claire Martin · psychologue")
    window.show_sync(SyncState("Hors connexion", ("7 modifications en attente",), Role.PENDING))
    window.open("page")
    window.show()
    for _ in range(8):
        app.processEvents()
    window.grab().save(str(target))
    window.close()
    window.deleteLater()
    app.processEvents()


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/pictures"))
