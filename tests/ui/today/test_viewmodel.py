"""What « Aujourd’hui » decides, on a real store."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.services.appointments import Plan
from desktop.ui.changes import ChangeBoard
from desktop.ui.today import TodayViewModel
from desktop.ui.today.model import mark_of, round_rows, round_words
from desktop.ui.today.reminders import reminders_of
from protocol.ids import PersonId
from protocol.kinds.agenda import Appointment, AppointmentStatus, Motive, Visibility
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk


@pytest.fixture
def morning(
    desk: Desk, persons: list[PersonId], background: InlineBackground, board: ChangeBoard
) -> TodayViewModel:
    model = TodayViewModel(background, desk.today, desk.appointments, board, desk.clock)
    model.wake()
    model.rest()
    return model


def test_the_person_at_hand_follows_the_clock_until_somebody_picks_another(
    desk: Desk, morning: TodayViewModel
) -> None:
    assert morning.state.card is not None
    assert morning.state.card.name == "Nadia Benali"  # 9:40, until 9:45

    desk.clock.advance(minutes=30)
    morning.refresh()
    assert morning.state.card.name == "Yves Morisset"

    assert morning.state.today is not None
    morning.choose(morning.state.today.appointments[4].id)
    desk.clock.advance(minutes=60)
    morning.refresh()
    assert morning.state.card.name == "Fatou Diallo"


def test_what_is_said_of_a_meeting_just_chosen_is_said_of_no_other(
    morning: TodayViewModel, background: InlineBackground
) -> None:
    assert morning.state.today is not None
    third = morning.state.today.appointments[2]
    background.hold()
    morning.choose(third.id)  # the store is busy: she is not read yet
    assert morning.state.chosen == third
    assert _card_name(morning) is None, "what is known of another is not shown beside her name"
    background.release()
    assert _card_name(morning) == third.name


def test_once_a_chosen_meeting_is_written_the_next_one_is_at_hand(
    desk: Desk, morning: TodayViewModel
) -> None:
    assert morning.state.today is not None
    first, second, *_ = morning.state.today.appointments
    morning.choose(first.id)
    desk.follow_ups.finish(desk.follow_ups.begin(first.person, first.id))
    morning.refresh()
    assert morning.state.chosen is not None
    assert morning.state.chosen.id == second.id


def test_the_next_morning_starts_with_its_own_round(desk: Desk, morning: TodayViewModel) -> None:
    assert morning.state.today is not None
    morning.choose(morning.state.today.appointments[4].id)

    desk.clock.advance(days=1)
    morning.refresh()

    assert morning.state.today.appointments == ()
    assert morning.state.chosen is None
    assert len(morning.state.today.left_open) == 7


def test_saying_what_became_of_an_appointment_can_be_taken_back(
    desk: Desk, morning: TodayViewModel
) -> None:
    offers: list[tuple[str, object]] = []
    morning.undo_offered.connect(lambda words, undo: offers.append((words, undo)))
    assert morning.state.today is not None
    first = morning.state.today.appointments[0]

    morning.qualify(first.id, AppointmentStatus.NO_SHOW)

    assert _statuses(morning)[0] is AppointmentStatus.NO_SHOW
    [(words, undo)] = offers
    assert "Nadia Benali" in words
    assert "absence non excusée" in words
    assert callable(undo)
    undo()
    assert _statuses(morning)[0] is AppointmentStatus.PLANNED


def test_an_appointment_of_last_week_leaves_the_reminders_once_qualified(
    desk: Desk, persons: list[PersonId], morning: TodayViewModel
) -> None:
    last_week = _plan(desk, persons[5], days=-7)
    morning.refresh()
    assert morning.state.today is not None
    assert [line.id for line in morning.state.today.left_open] == [last_week]

    morning.qualify(morning.state.today.left_open[0].id, AppointmentStatus.EXCUSED)

    assert morning.state.today.left_open == ()
    known = desk.store.records.get(Appointment, last_week)
    assert known is not None
    assert known.status is AppointmentStatus.EXCUSED


def test_a_follow_up_written_elsewhere_shows_at_once(
    desk: Desk, board: ChangeBoard, morning: TodayViewModel
) -> None:
    assert morning.state.today is not None
    first = morning.state.today.appointments[0]
    form = desk.follow_ups.begin(first.person, first.id)

    board.announce(desk.follow_ups.finish(replace(form, next_at=None)).touched)

    assert morning.state.today.appointments[0].follow_up == form.target
    mark = mark_of(morning.state.today.appointments[0], morning.state.now)
    assert mark is not None
    assert mark.words == "Saisi"
    assert morning.state.card is not None
    assert morning.state.card.name == "Yves Morisset"


def test_a_draft_is_proposed_again_with_its_name_and_its_place(
    desk: Desk, persons: list[PersonId], board: ChangeBoard, morning: TodayViewModel
) -> None:
    assert morning.state.today is not None
    line = morning.state.today.appointments[2]
    form = desk.follow_ups.begin(persons[2], line.id)

    board.announce(desk.follow_ups.autosave(form).touched)

    [reminder] = reminders_of(morning.state.today)
    assert reminder.key == f"draft {form.target}"
    assert "Élodie Guérin" in reminder.words
    assert "Melle" in reminder.words
    assert reminder.button == "Reprendre"


def test_a_discreet_appointment_names_nobody_until_asked(
    desk: Desk, morning: TodayViewModel
) -> None:
    assert morning.state.today is not None
    first = morning.state.today.appointments[0]
    known = desk.store.records.get(Appointment, first.id)
    assert known is not None
    with desk.workplace.work() as work:
        work.save(replace(known, visibility=Visibility.DISCREET))

    morning.refresh()

    assert morning.state.is_veiled
    assert _card_name(morning) is None
    [row, *_] = round_rows(morning.state.today, morning.state.now)
    assert row.title == "N. B."
    morning.choose(first.id)
    assert _card_name(morning) == "Nadia Benali"


def test_the_round_tells_morning_from_afternoon(desk: Desk, morning: TodayViewModel) -> None:
    assert morning.state.today is not None
    today = morning.state.today
    assert round_words(today) == "Tournée\u00a0: Melle, Chef-Boutonne · 7\u00a0rendez-vous"

    later = [replace(a, starts_at=a.starts_at + timedelta(hours=3)) for a in today.appointments[4:]]
    split = replace(today, appointments=(*today.appointments[:4], *later))

    assert round_words(split) == (
        "Tournée\u00a0: Melle le matin, Chef-Boutonne l’après-midi · 7\u00a0rendez-vous"
    )


def test_what_cannot_be_read_is_said_and_what_was_shown_stays(
    desk: Desk, morning: TodayViewModel
) -> None:
    shown = morning.state.today
    desk.store.close()

    morning.refresh()

    assert morning.state.problem is not None
    assert morning.state.today == shown


def test_work_for_the_store_never_runs_on_another_lane(
    morning: TodayViewModel, background: InlineBackground
) -> None:
    assert morning.state.today is not None
    morning.qualify(morning.state.today.appointments[0].id, AppointmentStatus.ATTENDED)

    assert {lane.value for lane in background.asked} == {"store"}


def test_a_quiet_day_says_that_nothing_waits(
    desk: Desk, background: InlineBackground, board: ChangeBoard
) -> None:
    model = TodayViewModel(background, desk.today, desk.appointments, board, desk.clock)
    model.refresh()

    assert model.state.today is not None
    assert reminders_of(model.state.today) == []


def _statuses(model: TodayViewModel) -> list[AppointmentStatus]:
    today = model.state.today
    return [line.status for line in today.appointments] if today else []


def _card_name(model: TodayViewModel) -> str | None:
    return model.state.card.name if model.state.card else None


def _plan(desk: Desk, person: PersonId, *, days: int) -> str:
    at = desk.clock.moment + timedelta(days=days)
    return desk.appointments.plan(Plan(person, at, 45, None, Motive.FOLLOW_UP)).value
