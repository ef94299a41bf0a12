"""Laptops that lose a rhythm, wake a danger or miscount a place."""

from tests.mutants.mutant import Change, Mutant

_RHYTHM = "desktop/domain/rhythm.py"

RHYTHM = (
    Mutant(
        "at-risk-too-soon",
        "Somebody is said to be at risk of rupture after one interval",
        (Change(_RHYTHM, ".every.after(last, 2)", ".every.after(last)"),),
        (
            "tests/domain/test_rhythm.py::"
            "test_somebody_is_late_from_the_day_after_and_at_risk_at_twice_the_interval",
        ),
    ),
    Mutant(
        "months-slip",
        "A month is counted from the last date instead of from the meeting",
        (
            Change(
                _RHYTHM,
                "        day = phase.every.after(base, times)\n",
                "        base = day = phase.every.after(base)\n",
            ),
        ),
        ("tests/domain/test_rhythm.py::test_the_dates_are_those_of_a_calendar_walked_day_by_day",),
    ),
    Mutant(
        "series-on-holidays",
        "A series meets at Christmas",
        (Change(_RHYTHM, "if is_open(one) and not holiday_name(one)", "if is_open(one)"),),
        (
            "tests/domain/test_rhythm.py::"
            "test_christmas_and_armistice_day_are_closed_even_where_somebody_receives",
        ),
    ),
    Mutant(
        "message-left-in-danger",
        "A message is proposed where it puts somebody in danger",
        (
            Change(
                "desktop/services/recalls.py",
                "    outcomes = tuple(x for x in CallOutcome if x is not CallOutcome.MESSAGE)\n",
                "    outcomes = tuple(CallOutcome)\n",
            ),
        ),
        ("tests/services/test_recalls.py::test_no_words_are_ever_left_where_they_are_a_danger",),
    ),
    Mutant(
        "day-walks-the-years",
        "Reading the day walks years of appointments for each person of the round",
        (
            Change(
                "desktop/services/appointments.py",
                'AND +b."professional" = ? AND b."status"',
                'AND b."professional" = ? AND b."status"',
            ),
        ),
        (
            "tests/services/test_today_plans.py::"
            "test_the_meetings_of_one_person_are_found_by_person_not_among_all_of_mine",
        ),
    ),
    Mutant(
        "place-never-freed",
        "Who withdraws from a workshop keeps her place",
        (
            Change(
                "desktop/services/workshops.py",
                "step = (before is withdrawn) - (attendance is withdrawn)",
                "step = 0",
            ),
        ),
        ("tests/services/test_workshops.py::test_who_withdraws_frees_her_place_and_may_come_back",),
    ),
)
