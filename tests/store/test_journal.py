"""The journal keeps some four hundred days, whatever a clock once said."""

from datetime import UTC, datetime, timedelta

from desktop.store.journal import KEPT_DAYS, JournalEntry
from desktop.store.store import Store

FIRST = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)


def note(store: Store, *moments: datetime, outcome: str = "done") -> None:
    """Write down a synchronisation at each of these moments."""
    for moment in moments:
        with store.database.transaction():
            store.journal.add(JournalEntry(moment, moment, outcome, 1, 0, 0, 0, 0))


def kept(store: Store) -> list[datetime]:
    """Return the moments that the journal tells, the first one first."""
    return [entry.ended_at for entry in reversed(store.journal.latest(1_000))]


def test_what_is_older_than_four_hundred_days_goes(store: Store) -> None:
    later = FIRST + timedelta(days=KEPT_DAYS + 1)
    note(store, FIRST, FIRST + 2 * A_DAY, later)
    assert kept(store) == [FIRST + 2 * A_DAY, later]


def test_a_line_written_years_ahead_keeps_nothing_longer_than_the_others(store: Store) -> None:
    ahead, later = FIRST.replace(year=2036), FIRST + timedelta(days=KEPT_DAYS + 3)
    note(store, ahead, FIRST + A_DAY, FIRST + 2 * A_DAY)
    assert len(kept(store)) == 3
    note(store, later)
    assert kept(store) == [later]


def test_a_clock_years_behind_takes_no_line_away(store: Store) -> None:
    behind = FIRST.replace(year=1970)
    told = [FIRST, FIRST + A_DAY, behind, FIRST + 2 * A_DAY]
    note(store, *told)
    assert kept(store) == told


def test_the_last_success_is_the_last_one_and_not_the_latest_date(store: Store) -> None:
    note(store, FIRST, FIRST.replace(year=2036), FIRST + A_DAY)
    note(store, FIRST + 2 * A_DAY, outcome="offline")
    assert store.journal.last_success() == FIRST + A_DAY
    assert store.journal.last_of("offline") == FIRST + 2 * A_DAY
    assert store.journal.last_of("salvaged") is None
