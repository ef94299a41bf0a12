"""When to meet next: the person's own interval, at the same hour, on a working day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_low

from desktop.domain.rhythm import is_working_day

USUAL_INTERVAL = timedelta(days=28)
"""A month, as psychologists meet most people (« 1 fois par mois », PTI L675)."""
_LONGEST = timedelta(days=190)


def next_meeting(past: Sequence[datetime], last: datetime) -> datetime:
    """Return a moment to propose after ``last`` (local time), from the meetings before it.

    The interval is the middle one of the latest three between two meetings, from a week to six
    months, so that one absence does not stretch it; the day of the week is kept where possible, and
    moved past week-ends and public holidays.
    """
    proposal = last + _interval(sorted({*past, last}))
    while not is_working_day(proposal.date()):
        proposal += timedelta(days=1)
    return proposal


def _interval(meetings: Sequence[datetime]) -> timedelta:
    latest = meetings[-4:]
    days = [(later.date() - earlier.date()).days for earlier, later in pairwise(latest)]
    if not days:
        return USUAL_INTERVAL
    whole_weeks = timedelta(days=max(7, round(median_low(days) / 7) * 7))
    return whole_weeks if whole_weeks <= _LONGEST else USUAL_INTERVAL
