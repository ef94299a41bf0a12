"""What a dossier decides, on a real store."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from desktop.config.clock import PARIS, paris
from desktop.services.appointments import Plan
from desktop.ui.birth_words import born
from desktop.ui.changes import ChangeBoard
from desktop.ui.dossier import DossierViewModel
from desktop.ui.dossier.duration import read_duration
from desktop.ui.dossier.reading import STRETCH, DossierReading
from desktop.ui.dossier.words import (
    discretion_warning,
    header_mark,
    place_in_circle,
    planned,
    subtitle,
)
from desktop.ui.theme import Role
from protocol.ids import FollowUpId, PersonId, PlaceId, RecordId
from protocol.kinds.agenda import Appointment, Motive
from protocol.kinds.persons import (
    CircleEnd,
    CircleRole,
    DatePrecision,
    Discretion,
    IdentifierScheme,
    Person,
    Sex,
)
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk


@pytest.fixture
def model(model: DossierViewModel, yves: PersonId) -> DossierViewModel:
    model.open(yves)
    return model


def test_the_phone_is_masked_until_asked_and_again_when_the_page_is_left(
    model: DossierViewModel,
) -> None:
    assert "06 ·· ·· ·· 01" in _subtitle(model)

    model.show_phone(True)
    assert "06 12 34 56 01" in _subtitle(model)

    model.cover()
    assert "06 ·· ·· ·· 01" in _subtitle(model)


def test_opening_another_dossier_hides_what_was_revealed(
    desk: Desk, model: DossierViewModel, persons: list[PersonId]
) -> None:
    target = _write(desk, persons[1], days=-30, clinical="Ruminations.")
    model.refresh()
    model.read_note(target)
    model.show_phone(True)
    assert model.state.note is not None
    assert model.state.note.text == "Ruminations."
    assert "Ruminations" not in repr(model.state)

    model.open(persons[0])

    assert not model.state.is_phone_shown
    assert _read(model).sheet.name == "Nadia Benali"
    assert _note(model) is None


def test_a_long_history_is_read_a_stretch_at_a_time(
    desk: Desk, model: DossierViewModel, yves: PersonId
) -> None:
    for day in range(STRETCH + 5):
        _write(desk, yves, days=-day - 1)
    model.refresh()
    assert len(_read(model).timeline) == STRETCH
    assert _read(model).follow_ups == STRETCH + 5

    model.read_more()
    model.read_more()

    moments = [line.starts_at for line in _read(model).timeline]
    assert len(moments) == STRETCH + 5
    assert moments == sorted(moments, reverse=True)


def test_planning_says_in_each_field_what_is_missing(
    desk: Desk, model: DossierViewModel, yves: PersonId
) -> None:
    before = len(desk.appointments.of_person(yves))

    model.plan(None, None, "", None, Motive.FOLLOW_UP)
    assert set(model.state.field_problems) == {"day", "at", "minutes"}

    model.plan(date(2026, 11, 23), time(9), "", 45, Motive.FOLLOW_UP)
    assert model.state.field_problems == {"day": "Cette date est passée."}

    after = len(desk.appointments.of_person(yves))
    assert after == before


def test_a_planned_appointment_is_on_the_wall_clock_of_the_village(
    desk: Desk, model: DossierViewModel
) -> None:
    saved: list[str] = []
    model.saved.connect(saved.append)
    melle = _read(model).places[1]

    model.plan(date(2027, 7, 1), time(9, 45), melle.id, 30, Motive.PSY_CONSULTATION)

    item = _read(model).upcoming[-1]
    assert item.starts_at == datetime(2027, 7, 1, 9, 45, tzinfo=PARIS)
    when, about = planned(item, date(2026, 11, 24))
    assert when == "Jeudi 1er juillet 2027, 9\u00a0h\u00a045"
    assert about == f"{melle.name} · Consultation · 30\u00a0min · avec vous"
    assert saved == ["appointment"]


def test_the_proposal_keeps_the_persons_rhythm_place_and_length(
    desk: Desk, model: DossierViewModel, yves: PersonId
) -> None:
    melle = next(place for place in desk.directory.places() if place.name == "Melle")
    for weeks in (4, 2):
        at = desk.clock.moment - timedelta(weeks=weeks)
        plan = Plan(yves, at, 30, PlaceId(melle.id), Motive.ASPIR)
        made = desk.appointments.plan(plan).value
        form = desk.follow_ups.begin(yves, made)
        desk.follow_ups.finish(replace(form, next_at=None))
    desk.clock.advance(days=3)
    model.refresh()

    defaults = _read(model).defaults

    assert defaults.minutes == 45  # this morning's, which took the place of the others
    assert defaults.place == melle.id
    assert defaults.at > paris(desk.clock.now())


def test_a_handover_keeps_the_former_colleague_reading_for_thirty_days(
    desk: Desk, model: DossierViewModel
) -> None:
    roy = next(c for c in _read(model).colleagues if c.name == "Catherine Roy")
    model.welcome(roy.id, CircleRole.UNIQUE_REFERENT)
    assert "réf. unique\u00a0: C. Roy" in _subtitle(model)
    place = next(x for x in _read(model).sheet.circle if x.colleague.id == roy.id)

    model.end_membership(RecordId(place.id), CircleEnd.HANDOVER)

    ended = next(x for x in _read(model).sheet.circle if x.id == place.id)
    assert ended.reads_until == date(2026, 12, 24)
    words = place_in_circle(ended, date(2026, 11, 24))
    assert words.endswith("lit le dossier jusqu’au 24 décembre 2026")
    assert "lit le dossier" not in place_in_circle(ended, date(2026, 12, 25))


def test_a_second_unique_referent_is_refused_with_what_to_do(
    desk: Desk, model: DossierViewModel
) -> None:
    me = _read(model).me
    roy = next(c for c in _read(model).colleagues if c.name == "Catherine Roy")
    model.welcome(roy.id, CircleRole.UNIQUE_REFERENT)

    model.welcome(me, CircleRole.UNIQUE_REFERENT)

    assert "passage de relais" in model.state.field_problems["role"]
    model.forget_problems()
    model.welcome("", CircleRole.CONTRIBUTOR)
    assert set(model.state.field_problems) == {"colleague"}


def test_a_number_is_written_corrected_and_removed(model: DossierViewModel) -> None:
    model.set_identifier(IdentifierScheme.CAF, " 123A ")
    model.set_identifier(IdentifierScheme.CAF, "124A")
    assert [(x.scheme, x.value) for x in _read(model).sheet.identifiers] == [
        (IdentifierScheme.CAF, "124A")
    ]

    model.set_identifier(IdentifierScheme.CAF, "")
    assert _read(model).sheet.identifiers == ()


def test_a_dossier_that_left_the_laptop_says_so(
    desk: Desk, model: DossierViewModel, board: ChangeBoard, yves: PersonId
) -> None:
    with desk.workplace.work() as work:
        work.delete(Person, yves)

    board.announce(work.touched)

    assert model.state.is_gone
    assert model.state.read is None


def test_somebody_elses_changes_do_not_make_it_read_again(
    desk: Desk,
    model: DossierViewModel,
    board: ChangeBoard,
    persons: list[PersonId],
    background: InlineBackground,
) -> None:
    before = len(background.asked)
    person = desk.persons.sheet(persons[0]).person

    board.announce(desk.persons.edit(replace(person, language="arabe")).touched)

    assert len(background.asked) == before


def test_the_appointment_of_the_day_is_the_one_to_write_up(
    desk: Desk, model: DossierViewModel, yves: PersonId, board: ChangeBoard
) -> None:
    waiting = _read(model).to_write_up
    assert waiting is not None
    assert desk.store.records.get(Appointment, waiting) is not None

    form = desk.follow_ups.begin(yves, waiting)
    board.announce(desk.follow_ups.finish(replace(form, next_at=None)).touched)

    assert _read(model).to_write_up is None


def test_a_closed_vault_is_said_in_a_sentence(desk: Desk, model: DossierViewModel) -> None:
    desk.store.close()

    model.refresh()

    assert model.state.problem is not None
    assert model.state.read is not None


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("45", 45), ("45 min", 45), ("1 h", 60), ("1h30", 90), ("1 h 05", 65), ("", None)],
)
def test_a_length_is_read_as_people_type_it(typed: str, minutes: int | None) -> None:
    assert read_duration(typed) == minutes


def test_a_date_of_birth_is_said_as_precisely_as_it_is_known(
    desk: Desk, model: DossierViewModel
) -> None:
    person = replace(_read(model).sheet.person, birth_date=date(1979, 3, 4))
    year = DatePrecision.YEAR

    assert born(replace(person, sex=Sex.FEMALE)) == "née le 4 mars 1979"
    assert born(replace(person, sex=Sex.MALE, birth_date_precision=year)) == "né en 1979"
    assert born(replace(person, birth_date=None)) == ""


def test_danger_is_told_before_anything_else(model: DossierViewModel) -> None:
    person = _read(model).sheet.person
    assert header_mark(person) is None
    assert discretion_warning(person) == ""

    danger = replace(person, discretion=Discretion.DANGER)

    mark = header_mark(danger)
    assert mark is not None
    assert mark.role is Role.DANGER
    assert "jamais de message" in discretion_warning(danger)


def _read(model: DossierViewModel) -> DossierReading:
    assert model.state.read is not None
    return model.state.read


def _note(model: DossierViewModel) -> str | None:
    return model.state.note.text if model.state.note else None


def _subtitle(model: DossierViewModel) -> str:
    return subtitle(_read(model).sheet, phone_shown=model.state.is_phone_shown)


def _write(desk: Desk, person: PersonId, *, days: int, clinical: str = "") -> FollowUpId:
    form = desk.follow_ups.begin(person)
    at = desk.clock.moment + timedelta(days=days)
    done = replace(form, starts_at=at, clinical=clinical, summary="Vu.", next_at=None)
    return desk.follow_ups.finish(done).value
