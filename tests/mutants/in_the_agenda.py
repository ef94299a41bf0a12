"""Agendas that break one promise each."""

from tests.mutants.mutant import Change, Mutant

_AGENDA = "desktop/domain/agenda.py"
_FILES = "desktop/services/agenda_ics.py"
_RECURRENCE = "desktop/domain/recurrence.py"

AGENDA = (
    Mutant(
        "calendar-says-who",
        "A calendar file tells initials that nobody asked for",
        (
            Change(
                _FILES,
                "    if not with_initials or not meeting.shown:\n",
                "    if not meeting.shown:\n",
            ),
        ),
        ("tests/services/test_agenda_ics.py::test_what_goes_out_says_a_lieu_and_never_a_name",),
    ),
    Mutant(
        "calendar-comes-in-twice",
        "The same calendar brings its hours again each time",
        (
            Change(
                _FILES,
                "        return RecordId(uuid7(0, hashlib.sha256(named.encode()).digest()))\n",
                "        return RecordId(self._workplace.new_id())\n",
            ),
        ),
        (
            "tests/services/test_agenda_ics.py::"
            "test_another_calendar_brings_an_absence_without_its_words_and_once",
        ),
    ),
    Mutant(
        "hour-of-greenwich",
        "A permanence keeps the hour of Greenwich: it moves on the wall with the seasons",
        (
            Change(
                _RECURRENCE,
                "    return paris(wall.replace(tzinfo=PARIS).astimezone(UTC))\n",
                "    return paris(wall.replace(tzinfo=UTC) - timedelta(hours=1))\n",
            ),
        ),
        (
            "tests/domain/test_recurrence.py::"
            "test_a_permanence_comes_on_the_days_that_somebody_with_a_calendar_would_tick",
        ),
    ),
    Mutant(
        "leave-does-not-close",
        "Slots stay open while one is on leave",
        (
            Change(
                _AGENDA,
                "        if not any(span.meets(absence) for absence in absences):\n",
                "        if not any(span == absence for absence in absences):\n",
            ),
        ),
        ("tests/services/test_agenda.py::test_an_absence_takes_the_slots_it_touches_away",),
    ),
    Mutant(
        "road-takes-no-time",
        "The road between two lieux is forgotten",
        (Change(_AGENDA, "        if 0 <= left < road:\n", "        if left < 0 < road:\n"),),
        (
            "tests/domain/test_agenda.py::"
            "test_melle_then_thouars_a_quarter_of_an_hour_later_does_not_do",
        ),
    ),
)
