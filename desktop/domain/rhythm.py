"""The rhythm of a programme: when people should meet, and how late they are.

What each cadence means is a table (``RHYTHMS``). Everything else walks it: the dates expected since
the start, the one due after the last meeting, the moment a late one becomes a risk of rupture, the
end that a renewal brings, and the open days that dates are moved to. Days only: hours are a matter
for whoever plans.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, islice, takewhile

from desktop.domain.holidays import holiday_name
from protocol.kinds.programmes import Cadence, ProgrammeKind

PERIOD_MONTHS = 3
"""An ASPIR lasts three months, and each renewal three more (PTI L829)."""
RENEWAL_NOTICE = timedelta(days=14)
"""How long before the end a renewal may be decided."""
FURTHEST_DAYS = 62
"""An open day is looked for that far, in days; a lieu where nobody receives any more has none."""
FEW_MEETINGS = 6
"""How many meetings a series holds when its programme has no planned end."""
MANY_MEETINGS = 60
"""More than a year of weekly meetings: no series is longer, whatever its planned end."""
_MOST_RENEWALS = 400
"""A century: no programme was renewed more often, whatever its record says."""
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Interval:
    """Days, or months of which the weekday is kept: the day nearest to the same date."""

    days: int = 0
    months: int = 0

    def after(self, day: date, times: int = 1) -> date:
        """Return the date that many intervals after a day; negative: before."""
        if not self.months:
            return day + timedelta(days=self.days * times)
        same_date = add_months(day, self.months * times)
        ahead = (day.weekday() - same_date.weekday()) % 7
        return same_date + timedelta(days=ahead if ahead <= 3 else ahead - 7)


@dataclass(frozen=True, slots=True)
class Phase:
    """An interval, and how many months after the start it gives way to the next one."""

    every: Interval
    until_months: int | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Phases one after the other, or days counted from the start."""

    phases: tuple[Phase, ...] = ()
    milestones: tuple[int, ...] = ()


RHYTHMS = {
    Cadence.NONE: Rhythm(),
    # The first two months are weekly, then fortnightly (PTI 2022-2027, L829).
    Cadence.ASPIR: Rhythm((Phase(Interval(days=7), 2), Phase(Interval(days=14)))),
    Cadence.WEEKLY: Rhythm((Phase(Interval(days=7)),)),
    Cadence.FORTNIGHTLY: Rhythm((Phase(Interval(days=14)),)),
    Cadence.MONTHLY: Rhythm((Phase(Interval(months=1)),)),
    Cadence.TWO_MONTHLY: Rhythm((Phase(Interval(months=2)),)),
    Cadence.QUARTERLY: Rhythm((Phase(Interval(months=3)),)),
    Cadence.SIX_MONTHLY: Rhythm((Phase(Interval(months=6)),)),
    Cadence.EMPLOYMENT: Rhythm(milestones=(15, 30, 90)),
}
_UNKNOWN = Rhythm()
"""Of a cadence that a newer version knows: nothing is expected."""
_USUAL = {
    ProgrammeKind.ASPIR: Cadence.ASPIR,
    ProgrammeKind.PSY: Cadence.MONTHLY,
    ProgrammeKind.EMPLOYMENT: Cadence.EMPLOYMENT,
}
_EARLY = timedelta(days=7)
"""A meeting that much before a milestone is the one of that milestone."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a programme stands on a day."""

    due: date | None
    """When the next meeting is due; none without a rhythm, or once the planned end is passed."""
    drift_days: int
    """Days gone by since it was due."""
    is_at_risk: bool
    """Twice the interval has gone by: « à risque de rupture »."""


def usual_cadence(programme: ProgrammeKind) -> Cadence:
    """Return the rhythm a programme starts with."""
    return _USUAL.get(programme, Cadence.NONE)


def dates_after(cadence: Cadence, started_on: date, anchor: date) -> Iterator[date]:
    """Yield the dates expected after a meeting held on ``anchor``, without an end if it has none.

    Months are counted from the anchor, not from one date to the next: after 31 January and the
    end of February, the end of March comes.
    """
    rhythm = RHYTHMS.get(cadence, _UNKNOWN)
    yield from _milestones_after(rhythm, started_on, anchor)
    if not rhythm.phases:
        return
    phase, base, times = _phase_on(rhythm, started_on, anchor), anchor, 0
    while True:
        times += 1
        day = phase.every.after(base, times)
        yield day
        if (following := _phase_on(rhythm, started_on, day)) is not phase:
            phase, base, times = following, day, 0


def next_due(cadence: Cadence, started_on: date, last: date | None) -> date | None:
    """Return when the next meeting is due after the last one; the start, before the first."""
    rhythm = RHYTHMS.get(cadence, _UNKNOWN)
    if rhythm.phases and (last is None or last < started_on):
        return started_on
    return next(dates_after(cadence, started_on, max(last or started_on, started_on)), None)


def rupture_on(cadence: Cadence, started_on: date, last: date | None) -> date | None:
    """Return the day on which twice the interval will have gone by without a meeting."""
    due = next_due(cadence, started_on, last)
    rhythm = RHYTHMS.get(cadence, _UNKNOWN)
    if due is None:
        return None
    if rhythm.milestones:
        counted = (due - started_on).days
        before = max((day for day in (0, *rhythm.milestones) if day < counted), default=0)
        return due + timedelta(days=counted - before)
    if last is None or last < started_on:
        return _phase_on(rhythm, started_on, started_on).every.after(started_on)
    return _phase_on(rhythm, started_on, last).every.after(last, 2)


def standing(
    cadence: Cadence, started_on: date, planned_end: date | None, last: date | None, today: date
) -> Standing:
    """Return where a programme stands: nothing is due after its planned end."""
    due, rupture = next_due(cadence, started_on, last), rupture_on(cadence, started_on, last)
    if due is None or rupture is None or (planned_end is not None and due > planned_end):
        return Standing(None, 0, is_at_risk=False)
    return Standing(due, max((today - due).days, 0), is_at_risk=today >= rupture)


def period_end(started_on: date, renewals: int = 0) -> date:
    """Return the last day of a programme of three months, renewed that many times."""
    return add_months(started_on, PERIOD_MONTHS * (renewals + 1)) - timedelta(days=1)


def renewed_end(started_on: date, planned_end: date, renewals: int) -> date:
    """Return the end that one more renewal brings.

    An end that follows from the start goes on following from it; one that somebody chose is put
    off by three months.
    """
    follows = 0 <= renewals < _MOST_RENEWALS
    if follows and planned_end == period_end(started_on, renewals):
        return period_end(started_on, renewals + 1)
    return add_months(planned_end, PERIOD_MONTHS)


def planned_dates(
    cadence: Cadence, started_on: date, last: date | None, not_before: date, until: date | None
) -> list[date]:
    """Return the dates of a series: the one due, then the rhythm, never before ``not_before``.

    When the one due has gone by, the series starts on the same day of the week. Without an end, it
    holds a few meetings; with one, it still has a bound.
    """
    due = next_due(cadence, started_on, last)
    if due is None:
        return []
    weeks_late = max(-((due - not_before).days // 7), 0)
    first = due + timedelta(weeks=weeks_late)
    dates: Iterable[date] = chain((first,), dates_after(cadence, started_on, first))
    if until is not None:
        return list(islice(takewhile(lambda day: day <= until, dates), MANY_MEETINGS))
    return list(islice(dates, FEW_MEETINGS))


def moved_to_open_days(
    dates: Iterable[date], not_before: date, is_open: Callable[[date], bool]
) -> list[date]:
    """Return each date moved to the next day that is open and no holiday, never two on one day.

    A date without any such day within two months is left out.
    """
    moved: list[date] = []
    for day in dates:
        earliest = max(day, not_before)
        found = next_open_day(earliest, is_open)
        if found is not None and (not moved or found > moved[-1]):
            moved.append(found)
    return moved


def next_open_day(day: date, is_open: Callable[[date], bool]) -> date | None:
    """Return the first day from this one on that is open and no holiday, within two months."""
    ahead = (day + timedelta(days=days) for days in range(FURTHEST_DAYS + 1))
    return next((one for one in ahead if is_open(one) and not holiday_name(one)), None)


def is_working_day(day: date) -> bool:
    """Tell whether doors are open: neither a week-end nor a public holiday."""
    return day.weekday() < _SATURDAY and not holiday_name(day)


def add_months(day: date, months: int) -> date:
    """Return the same date some months later, or the last day of a shorter month."""
    counted = day.year * 12 + day.month - 1 + months
    year, month = divmod(counted, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _milestones_after(rhythm: Rhythm, started_on: date, anchor: date) -> Iterator[date]:
    for days in rhythm.milestones:
        day = started_on + timedelta(days=days)
        if day - _EARLY > anchor:
            yield day


def _phase_on(rhythm: Rhythm, started_on: date, day: date) -> Phase:
    """Return the phase that a meeting of that day belongs to: it says when the next one comes."""
    for phase in rhythm.phases:
        if phase.until_months is None or day < add_months(started_on, phase.until_months):
            return phase
    return rhythm.phases[-1]
