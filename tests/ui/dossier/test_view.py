"""What only the page of a dossier can get wrong: keys, focus, the note, large letters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.config.clock import PARIS
from desktop.services.appointments import Plan
from desktop.services.persons import NewPerson
from desktop.services.same_person import Choices
from desktop.ui.changes import ChangeBoard
from desktop.ui.dossier import DossierView
from desktop.ui.dossier.model import TimelineRow
from desktop.ui.dossier.reading import STRETCH
from desktop.ui.kit import ROW_ROLE, LinkButton
from desktop.ui.theme import Mode, Theme
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds.agenda import Motive
from protocol.kinds.follow_ups import FollowUp
from protocol.kinds.persons import CircleRole, Discretion, IdentifierScheme, Person
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, bring, professional

Wear = Callable[..., Theme]


@pytest.fixture
def view(page: DossierView, desk: Desk, yves: PersonId) -> DossierView:
    _live(desk, yves)
    page.open(yves)
    page.show()
    return page


def test_the_head_says_who_how_to_reach_and_what_to_beware_of(view: DossierView) -> None:
    assert view.header.title.text() == "Yves Morisset"
    assert "06 ·· ·· ·· 01" in view.header.subtitle.text()
    assert view.mark.text() == "Contact discret"
    assert view.summary.warning.isVisible()

    view.phone.click()

    assert "06 12 34 56 01" in view.header.subtitle.text()
    assert ("Téléphone", "06 12 34 56 01") in view.summary.contact.facts
    view.hide()
    assert "06 ·· ·· ·· 01" in view.header.subtitle.text()


def test_an_appointment_is_made_by_keyboard(view: DossierView, desk: Desk, yves: PersonId) -> None:
    card = view.summary.appointments
    card.new.click()
    assert card.form.isVisible()
    _type(card.day, "1/7/27")
    _type(card.at, "9h45")
    _type(card.length, "1 h")
    QTest.keyClick(card.length, Qt.Key.Key_Return)

    assert not card.form.isVisible()
    last = desk.appointments.upcoming(yves)[-1]
    assert (last.minutes, last.starts_at.date().isoformat()) == (60, "2027-07-01")


def test_who_already_comes_that_day_is_told_as_in_the_agenda(
    view: DossierView, desk: Desk, yves: PersonId
) -> None:
    evening = datetime(2027, 7, 1, 18, tzinfo=PARIS)
    desk.appointments.plan(Plan(yves, evening, 45, None, Motive.PSY_CONSULTATION))
    card = view.summary.appointments
    card.new.click()
    assert "a déjà rendez-vous" not in card.form.notice.text()
    _type(card.day, "1/7/27")
    _type(card.at, "9h45")
    told = "Yves Morisset a déjà rendez-vous ce jour-là à 18\u00a0h\u00a000."
    assert told in card.form.notice.text()
    _type(card.day, "2/7/27")
    assert "a déjà rendez-vous" not in card.form.notice.text()


def test_a_date_that_is_none_is_said_under_its_field_which_gets_the_keyboard(
    view: DossierView, qtbot: QtBot
) -> None:
    card = view.summary.appointments
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    card.new.click()
    _type(card.day, "jeudi prochain")

    card.form.save.click()

    assert card.form.fields["day"].problem
    assert card.day.hasFocus()
    QTest.keyClick(card.day, Qt.Key.Key_Escape)
    assert not card.form.isVisible()
    assert card.new.hasFocus()


def test_ending_a_place_says_who_goes_on_reading_and_until_when(
    view: DossierView, desk: Desk, yves: PersonId
) -> None:
    circle = view.summary.circle
    [end] = [b for b in circle.findChildren(LinkButton) if "Catherine Roy" in b.accessibleName()]
    end.click()
    assert "jusqu’au 24 décembre 2026" in circle.ending.notice.text()
    circle.reason.setCurrentIndex(circle.reason.findData("moved"))
    assert "ne lira plus" in circle.ending.notice.text()
    circle.reason.setCurrentIndex(circle.reason.findData("handover"))

    circle.ending.save.click()

    assert not circle.ending.isVisible()
    ended = next(x for x in desk.persons.sheet(yves).circle if x.colleague.name == "Catherine Roy")
    assert ended.reads_until is not None


def test_a_colleague_is_welcomed(view: DossierView, desk: Desk, yves: PersonId) -> None:
    circle = view.summary.circle
    circle.new.click()
    names = [circle.colleague.itemText(at) for at in range(circle.colleague.count())]
    assert not [name for name in names if "Catherine Roy" in name]  # she is there already
    circle.colleague.setCurrentIndex(1)
    wanted = circle.colleague.value

    circle.welcome.save.click()

    assert wanted in [line.colleague.id for line in desk.persons.sheet(yves).circle]
    assert not circle.welcome.isVisible()


def test_the_tab_key_goes_from_the_circle_to_what_stands_below(view: DossierView) -> None:
    circle = view.summary.circle
    ends = [b for b in circle.findChildren(LinkButton) if b.isVisible()]

    assert _next_stop(view, ends[0]) is ends[1]
    assert _next_stop(view, ends[1]) is circle.new


def test_a_number_is_written(view: DossierView) -> None:
    card = view.summary.identifiers
    card.change.click()
    _type(card.number, "1234567A")
    card.form.save.click()

    assert card.grid.facts == (("N° CAF", "1234567A"),)


def test_the_list_of_follow_ups_grows_when_its_end_is_reached(view: DossierView) -> None:
    view.tabs.open("follow_ups")
    timeline = view.follow_ups.timeline
    assert timeline.rowCount() == STRETCH
    assert view.tabs.bar.tabText(1) == f"Suivis ({STRETCH + 3})"

    timeline.fetchMore(view.follow_ups.list.rootIndex())

    assert timeline.rowCount() == STRETCH + 3
    assert not timeline.canFetchMore(view.follow_ups.list.rootIndex())


def test_my_note_is_read_only_when_asked_and_only_on_its_follow_up(view: DossierView) -> None:
    view.tabs.open("follow_ups")
    detail = view.follow_ups.detail
    assert detail.sealed.isVisible()
    assert not detail.note.isVisible()
    assert detail.note.value == ""

    detail.read_note.click()
    assert detail.note.value == "Ruminations en baisse."

    QTest.keyClick(view.follow_ups.list, Qt.Key.Key_Down)
    assert not detail.sealed.isVisible()
    QTest.keyClick(view.follow_ups.list, Qt.Key.Key_Up)
    assert detail.note.value == ""


def test_only_the_author_corrects_and_only_her_notes_have_a_lock(
    view: DossierView, desk: Desk, yves: PersonId, qtbot: QtBot
) -> None:
    view.tabs.open("follow_ups")
    rows = [view.follow_ups.timeline.index(at).data(ROW_ROLE) for at in range(3)]
    assert [row.has_note for row in rows if isinstance(row, TimelineRow)] == [True, False, False]
    assert "note pour vous seule" in rows[0].spoken
    detail = view.follow_ups.detail
    with qtbot.waitSignal(view.correct_requested) as asked:
        detail.correct.click()
    assert asked.args == [detail.line.id if detail.line else ""]

    QTest.keyClick(view.follow_ups.list, Qt.Key.Key_Down)

    assert detail.line is not None
    assert detail.line.author.name == "Catherine Roy"
    assert not detail.correct.isVisible()


def test_ctrl_n_takes_the_appointment_of_the_day(
    view: DossierView, yves: PersonId, desk: Desk, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.follow_up_requested) as asked:
        view.start_follow_up()

    assert asked.args is not None
    today = desk.appointments.of_day(desk.clock.moment.date())
    assert asked.args == [yves, next(line.id for line in today if line.person == yves)]


def test_a_dossier_that_left_can_only_be_closed(
    view: DossierView, desk: Desk, yves: PersonId, board: ChangeBoard, qtbot: QtBot
) -> None:
    with desk.workplace.work() as work:
        work.delete(Person, yves)
    board.announce(work.touched)

    assert view.gone.isVisible()
    assert not view.header.isVisible()
    with qtbot.waitSignal(view.closed):
        view.gone.button.click()


@pytest.mark.parametrize(("mode", "scale"), [(Mode.LIGHT, 100), (Mode.DARK, 200)])
@pytest.mark.parametrize("tab", ["summary", "forms", "follow_ups"])
def test_the_page_is_readable_by_everybody(
    view: DossierView, wear: Wear, qtbot: QtBot, mode: Mode, scale: int, tab: str
) -> None:
    wear(mode=mode, scale=scale)
    if tab == "forms":
        view.summary.appointments.open_form()
        view.summary.circle.open_welcome()
        view.summary.identifiers.open_form()
    else:
        view.tabs.open(tab)
    qtbot.wait(20)

    assert_accessible(view)


def _live(desk: Desk, yves: PersonId) -> None:
    """A long history; the latest by Claire with a note, the one before by Catherine Roy."""
    roy = next(c for c in desk.directory.colleagues().values() if c.name == "Catherine Roy")
    for day in range(STRETCH + 2):
        form = desk.follow_ups.begin(yves)
        at = desk.clock.moment - timedelta(days=2 * day + 1)
        note = "Ruminations en baisse." if day == 0 else ""
        desk.follow_ups.finish(
            replace(form, starts_at=at, summary="Dort mieux.", clinical=note, next_at=None)
        )
    mine = desk.store.records.get(FollowUp, desk.follow_ups.timeline(yves)[1].id)
    assert mine is not None
    hers = replace(
        mine,
        id=RecordId(desk.workplace.new_id()),
        professional=ProfessionalId(roy.id),
        starts_at=desk.clock.moment - timedelta(days=2),
    )
    bring(desk.workplace, hers)
    desk.persons.welcome(yves, ProfessionalId(roy.id), CircleRole.UNIQUE_REFERENT)
    bring(desk.workplace, professional(desk.workplace, desk.workplace.new_id(), "Mehdi Aït"))
    person = desk.persons.sheet(yves).person
    desk.persons.edit(replace(person, discretion=Discretion.DISCREET))


def _next_stop(view: DossierView, stop: QWidget) -> QWidget | None:
    following = stop.nextInFocusChain()
    while following is not None and following is not stop:
        takes_tab = following.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
        if takes_tab and following.isVisibleTo(view) and following.focusProxy() is None:
            return following
        following = following.nextInFocusChain()
    return None


def _type(field: QLineEdit, text: str) -> None:
    field.selectAll()
    QTest.keyClicks(field, text)


def _nadia_twice(desk: Desk) -> tuple[PersonId, PersonId]:
    found = []
    for name in ("Benali", "Ben Ali"):
        desk.clock.advance(minutes=1)
        new = NewPerson(birth_name=name, first_name="Nadia", birth_date=date(1988, 5, 14))
        found.append(desk.persons.create(new).value)
    while desk.duplicates.compare_waiting().value:
        pass
    return found[0], found[1]


def test_a_dossier_that_may_be_somebodys_second_says_so_until_somebody_answers(
    view: DossierView, desk: Desk, qtbot: QtBot
) -> None:
    assert not view.alike.isVisible()
    older, newer = _nadia_twice(desk)
    view.open(newer)
    assert view.alike.isVisible()
    assert view.alike.words.text().startswith("Peut-être la même personne que Nadia Benali")
    with qtbot.waitSignal(view.compare_requested) as asked:
        view.alike.compare.click()
    assert asked.args == [newer, older]

    with qtbot.waitSignal(view.undo_offered) as offered:
        view.alike.apart.click()

    assert not view.alike.isVisible()
    assert view.summary.joined.isVisible()
    with qtbot.waitSignal(view.compare_requested):
        view.summary.joined.acts[0].click()
    offered.args[1]()
    assert view.alike.isVisible()
    assert not view.summary.joined.isVisible()


def test_joined_dossiers_are_separated_from_the_page_after_being_told_what_follows(
    view: DossierView, desk: Desk, qtbot: QtBot
) -> None:
    older, newer = _nadia_twice(desk)
    desk.same_persons.join(Choices(older, newer, frozenset()))
    view.open(newer)
    assert view.header.title.text() == "Nadia Benali", "the dossier that is kept"
    with qtbot.waitSignal(view.edit_requested) as asked:
        view.edit.click()
    assert asked.args == [older]
    card = view.summary.joined

    card.acts[0].click()
    assert card.form.isVisible()
    assert "Nadia Ben Ali" in card.form.notice.text()
    qtbot.wait(20)
    assert_accessible(view)
    card.form.save.click()

    assert not card.form.isVisible()
    assert card.acts[0].hasFocus(), "not whatever comes next: it ends somebody’s place"
    assert desk.persons.sheet(newer).dossiers[0] == newer
    view.open(newer)
    assert view.header.title.text() == "Nadia Ben Ali"


def test_what_is_typed_for_somebody_waits_in_her_dossier_and_is_never_written_in_anothers(
    view: DossierView, desk: Desk, yves: PersonId
) -> None:
    other = desk.persons.search("nadia")[0].id
    card, numbers = view.summary.appointments, view.summary.identifiers
    card.new.click()
    _type(card.day, "jeudi prochain")
    numbers.change.click()
    numbers.scheme.set_value(IdentifierScheme.MSA.value)
    _type(numbers.number, "79 123")
    view.summary.circle.open_welcome()

    view.open(other)

    for form in (card.form, numbers.form, view.summary.circle.welcome):
        assert not form.isVisible()
    assert card.new.isVisible()
    view.open(yves)
    assert card.form.isVisible()
    assert card.day.text() == "jeudi prochain"
    assert (numbers.scheme.value, numbers.number.value) == (IdentifierScheme.MSA.value, "79 123")
    assert view.summary.circle.welcome.isVisible()
    card.form.cancel.click()
    view.open(other)
    view.open(yves)
    assert not card.form.isVisible()


def test_a_dossier_that_was_just_opened_has_the_keyboard_on_its_tabs(
    view: DossierView, background: InlineBackground, desk: Desk
) -> None:
    other = desk.persons.search("nadia")[0].id
    background.hold()
    view.open(other)
    view.setFocus()  # as the window does while nothing is there yet
    background.release()
    assert view.tabs.bar.hasFocus()
