"""The day is read through indexes: nothing it asks walks a table that grows with the years."""

import re

from tests.support.agenda_week import plan_a_week
from tests.support.laptop import Desk, seed_small

GROWING = (
    *("appointment", "contact_attempt", "follow_up", "person", "programme", "step"),
    *("absence", "waiting", "workshop_session"),
)
ALIASES = {"a": "appointment", "b": "appointment", "f": "follow_up", "p": "person"}
_SCAN = re.compile(r"^SCAN (\w+)(?! USING COVERING INDEX)")


def questions(claire: Desk) -> list[str]:
    """Every question that reading the day asks."""
    asked: list[str] = []
    connection = claire.store.database._connection
    connection.set_trace_callback(asked.append)
    claire.today.read()
    connection.set_trace_callback(None)
    return [sql for sql in asked if sql.lstrip().startswith(("SELECT", "WITH"))]


def plan(claire: Desk, sql: str) -> list[str]:
    """How SQLite goes about a question."""
    return [str(row[3]) for row in claire.store.database.rows(f"EXPLAIN QUERY PLAN {sql}")]


def scanned(claire: Desk, sql: str) -> list[str]:
    """The tables that a question walks from end to end."""
    found = (match[1] for step in plan(claire, sql) if (match := _SCAN.match(step)))
    return [name for alias in found if (name := ALIASES.get(alias, alias)) in GROWING]


def test_reading_the_day_walks_no_table_from_end_to_end(claire: Desk) -> None:
    seed_small(claire)
    plan_a_week(claire)
    asked = questions(claire)
    about = " ".join(asked)
    assert all(f'FROM "{table}"' in about for table in GROWING)
    assert {sql: tables for sql in asked if (tables := scanned(claire, sql))} == {}


def test_the_meetings_of_one_person_are_found_by_person_not_among_all_of_mine(
    claire: Desk,
) -> None:
    seed_small(claire)
    plan_a_week(claire)
    walked = [
        step
        for sql in questions(claire)
        for step in plan(claire, sql)
        if re.match(r"SEARCH [bc] .*appointment_by_day", step)
    ]
    assert walked == [], "a year of a full caseload: seconds instead of milliseconds"


def test_a_question_that_walks_a_table_is_seen(claire: Desk) -> None:
    assert scanned(claire, 'SELECT * FROM "step" WHERE "text" = 1') == ["step"]
    assert scanned(claire, 'SELECT 1 FROM "appointment" a WHERE a."minutes" = 1') == ["appointment"]
