"""What a colleague's laptop writes within the rules of the wire never stops another one's pages.

The office checks that a value has its form, not that it makes sense: dates of the year 1000,
minutes below zero, codes that only a newer version knows.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta

import pytest

from desktop.app.session import Services
from desktop.services.agenda_days import Details
from desktop.services.errors import DocumentBroken, DocumentNotHere, InvalidInput, NotFound
from protocol.ids import FollowUpId, PersonId, PlaceId, RecordId
from protocol.kinds import KINDS, KindSpec
from protocol.kinds.agenda import Motive
from protocol.kinds.declare import FieldSpec, Rule, Shape
from protocol.values import MAX_INTEGER, MIN_INTEGER, Wire, check_kind
from tests.support.agenda_week import MONDAY, Week, at, plan_a_week
from tests.support.laptop import Desk

WRITTEN = (
    *("appointment", "opening_slot", "absence", "contact_attempt", "waiting", "programme", "step"),
    *("workshop_session", "workshop_place", "care_accompaniment", "relay", "mobility_diagnosis"),
    *("unmet_need", "handout", "correction", "document", "follow_up", "trip"),
)
NUMBERS = (MIN_INTEGER, -1, 0, 1, MAX_INTEGER)
DAYS = ("1000-01-01", "2026-11-24", "2999-12-31")
HOURS = ("T00:00:00Z", "T09:30:00Z", "T23:59:59Z")
TEXTS = ("<img src='file:///x'>\x1b[2J\u202e\n{0}%n%1", "FREQ=DAILY;INTERVAL=7;BYDAY=SA", "é" * 60)
BEFORE = json.dumps(
    {"starts_at": [1], "minutes": "x", "themes": {"a": 1}, "summary": 7, "place": 1}
)


@pytest.fixture
def week(claire: Desk) -> Week:
    return plan_a_week(claire)


def value(item: FieldSpec, turn: int, known: dict[str, str]) -> Wire:
    """Return a value that a laptop takes in, and that nobody would write."""
    number = NUMBERS[turn % len(NUMBERS)]
    day = DAYS[turn % len(DAYS)]
    text = TEXTS[turn % len(TEXTS)]
    if item.name == "before":
        return "0" + (BEFORE, "[" * 50_000, "7", '{"minutes": 1e999}')[turn % 4]
    if item.shape is Shape.SEALED:
        return "1" + text[: item.limit]
    if item.rule is Rule.SEALED_TEXT:
        return "0" + text[: item.limit]
    plain: dict[Shape, Wire] = {
        Shape.TEXT: text[: item.limit],
        Shape.ID: known.get(item.name) or known["person"],
        Shape.DATE: day,
        Shape.INSTANT: day + HOURS[turn // 3 % len(HOURS)],
        Shape.INTEGER: number,
        Shape.NUMBER: float(number),
        Shape.FLAG: bool(turn % 2),
        Shape.CODE: "newer" if turn % 2 else _first(item),
        Shape.CODES: ["newer", _first(item)],
        Shape.ENTRIES: [text[:60]],
    }
    return plain.get(item.shape, text)


def _first(item: FieldSpec) -> str:
    return str(next(iter(item.codes))) if item.codes else "newer"


def put(desk: Desk, spec: KindSpec, turn: int, known: dict[str, str]) -> RecordId:
    """Put a record on a laptop as if the office had sent it."""
    data = {item.name: value(item, turn, known) for item in spec.fields}
    if turn % 7 == 3:
        data = {name: held for name, held in data.items() if spec.by_name[name].required}
    check_kind(spec, data, strict_codes=False)
    rid = RecordId(desk.workplace.new_id())
    with desk.store.database.transaction():
        desk.store.records.put(spec, [(rid, data)])
    return rid


def pages(desk: Services, person: PersonId, met: FollowUpId) -> Iterator[Callable[[], object]]:
    """Yield what the screens read."""
    week = MONDAY, MONDAY + timedelta(days=14)
    yield lambda: desk.agenda.read(*week)
    yield lambda: desk.agenda.foresee(Details(at(MONDAY, 9), 45, None, Motive.OTHER))
    yield lambda: desk.agenda_files.export(*week)
    yield desk.permanences.openings
    yield desk.permanences.absences
    yield desk.waiting.lines
    yield desk.waiting.wishes
    yield desk.waiting.delays
    yield desk.workshops.sessions
    yield lambda: desk.workshops.of_person(person)
    yield desk.today.read
    yield lambda: desk.today.card(person)
    yield desk.engagements.programmes.watch
    yield lambda: desk.engagements.programmes.of_person(person)
    yield lambda: desk.engagements.steps.of_person(person)
    yield desk.engagements.steps.overdue
    yield lambda: desk.care.of(person)
    yield lambda: desk.relays.of(person)
    yield desk.relays.unanswered
    yield lambda: desk.mobility.versions(person)
    yield lambda: desk.needs.of(person)
    yield lambda: desk.handouts.of(person)
    yield lambda: desk.handouts.prepare(met)
    yield lambda: desk.documents.of(person)
    yield desk.tours.read
    yield lambda: desk.trips.of_month(date(2026, 11, 1))
    yield lambda: desk.follow_ups.timeline(person)
    yield lambda: desk.follow_ups.history(met)


@pytest.mark.parametrize("name", WRITTEN)
def test_no_page_is_stopped_by_what_makes_no_sense(claire: Desk, week: Week, name: str) -> None:
    person, place = week.persons["Morisset"], PlaceId(week.lieux["Niort"])
    begun = claire.follow_ups.begin(person, None)
    met = claire.follow_ups.finish(begun).value
    known = {
        "person": person,
        "professional": claire.workplace.me,
        "created_by": claire.workplace.me,
        "place": place,
        "follow_up": met,
        "appointment": week.appointments[0],
    }
    spec = KINDS[name]
    made = [put(claire, spec, turn, known) for turn in range(30)]
    for page in pages(claire, person, met):
        page()
    if name == "document":
        for rid in made:
            with suppress(DocumentNotHere, DocumentBroken):
                claire.documents.open(rid)
    if name == "programme":
        for line in claire.engagements.programmes.of_person(person):
            with suppress(InvalidInput, NotFound):  # one that is over
                claire.engagements.programmes.renew(line.id)
