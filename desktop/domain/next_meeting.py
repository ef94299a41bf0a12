"""When to meet next: the person's own interval, at the same hour, on a working day."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from desktop.domain.holidays import holiday_name

USUAL_INTERVAL = timedelta(days=28)
"""A month, as psychologists meet most people (« 1 fois par mois », PTI L675)."""
_SHORTEST = timedelta(days=5)
_LONGEST = timedelta(days=190)
_SATURDAY = 5


def next_meeting(past: Sequence[datetime], last: datetime) -> datetime:
    """Return a moment to propose after ``last`` (local time), from the meetings before it.

    The interval is the latest one between two meetings, between 5 days and six months; the day is
    kept in the week where possible and moved past week-ends and public holidays.
    """
    proposal = last + _interval(sorted({*past, last}))
    while proposal.weekday() >= _SATURDAY or holiday_name(proposal.date()):
        proposal += timedelta(days=1)
    return proposal


def _interval(meetings: Sequence[datetime]) -> timedelta:
    if len(meetings) < 2:
        return USUAL_INTERVAL
    days = (meetings[-1].date() - meetings[-2].date()).days
    whole_weeks = timedelta(days=max(7, round(days / 7) * 7))
    return whole_weeks if _SHORTEST <= whole_weeks <= _LONGEST else USUAL_INTERVAL
