"""From the reminders of the day to what was agreed with somebody, in the real window."""

from datetime import timedelta

from desktop.app.workspace import DOSSIER, TODAY
from desktop.services.appointments import Plan
from desktop.ui.background import Lane
from desktop.ui.dossier import DossierView
from desktop.ui.kit import SecondaryButton
from desktop.ui.today import TodayView
from protocol.kinds.agenda import AppointmentStatus, Motive
from tests.app.conftest import Opened


def test_an_absence_leads_from_the_day_to_the_call_that_is_written_down(opened: Opened) -> None:
    opened.unlock()
    desk, person = opened.desk, opened.persons[6]
    services = desk._session.services
    moment = opened.clock.moment - timedelta(days=7)

    def miss() -> object:
        for line in services.appointments.of_day(opened.clock.moment.date()):
            services.appointments.qualify(line.id, AppointmentStatus.CANCELLED_BY_SERVICE)
        made = services.appointments.plan(Plan(person, moment, 45, None, Motive.FOLLOW_UP)).value
        return services.appointments.qualify(made, AppointmentStatus.NO_SHOW)

    done: list[object] = []
    desk._background.run(Lane.STORE, miss, done.append, done.append)
    opened.until(lambda: bool(done))
    today = desk.window.page(TODAY)
    assert isinstance(today, TodayView)
    today._viewmodel.refresh()

    def recalls() -> list[SecondaryButton]:
        found = today.reminders.findChildren(SecondaryButton)
        return [button for button in found if button.text() == "Relancer"]

    opened.until(lambda: bool(recalls()))
    recalls()[0].click()

    assert desk.window.current == DOSSIER
    dossier = desk.window.page(DOSSIER)
    assert isinstance(dossier, DossierView)
    opened.until(dossier.path.recalls.form.isVisible)
    assert dossier.tabs.current == "path"
    dossier.path.recalls.form.save.click()
    opened.until(lambda: not dossier.path.recalls.missed.isVisible())
    desk.window.open(TODAY)
    opened.until(lambda: not recalls())
