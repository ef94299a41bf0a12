"""When I receive, and when I do not: permanences and absences, made, corrected and ended."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from desktop.config.clock import PARIS, paris
from desktop.domain.agenda import SLOT_MINUTES
from desktop.domain.recurrence import UnknownRule, ended, month_day, read_rule, rule_text
from desktop.services.done import Done
from desktop.services.errors import InvalidInput, NotAllowed, NotFound
from desktop.services.openings import starts_of
from desktop.services.workplace import UnitOfWork, Workplace
from protocol.ids import PlaceId, RecordId
from protocol.kinds.agenda import Absence, OpeningSlot, Weekday
from protocol.kinds.places import Place

_LONGEST = 12 * 60
_AHEAD = timedelta(days=366)
_CODES = dict(zip(Weekday, ("MO", "TU", "WE", "TH", "FR", "SA"), strict=True))


class Repeat(StrEnum):
    """How often a permanence comes."""

    ONCE = "once"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    OTHER = "other"
    """A rule written elsewhere, that the form does not change."""


@dataclass(frozen=True, slots=True)
class OpeningForm:
    """A permanence as people say it."""

    place: PlaceId
    first: date
    """From this day on; the first time is the first chosen day that comes."""
    opens: time
    closes: time
    slot_minutes: int
    repeat: Repeat
    days: frozenset[Weekday] = frozenset()
    """Of a week; empty: the day of ``first``."""
    until: date | None = None
    on_holidays: bool = False


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """A permanence in a list."""

    id: RecordId
    place_name: str
    form: OpeningForm
    is_over: bool


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    """An absence in a list: whole days, or hours of a day."""

    id: RecordId
    starts_at: datetime
    """In Paris, like the end."""
    ends_at: datetime


class Permanences:
    """Reads and writes my permanences and my absences."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._records = workplace.store.records

    def openings(self) -> list[OpeningLine]:
        """Return my permanences, those that are over last."""
        found = self._records.select(
            OpeningSlot,
            '"professional" = ? AND "active" IS NOT 0',
            (self._workplace.me,),
            order='"starts_at", "id"',
        )
        places = {place.id: place.name for place in self._records.select(Place)}
        lines = [
            OpeningLine(
                id=one.id,
                place_name=places.get(RecordId(one.place), ""),
                form=_form_of(one),
                is_over=self._is_over(one),
            )
            for one in found
        ]
        return sorted(lines, key=lambda line: (line.is_over, line.form.first, line.form.opens))

    def absences(self) -> list[AbsenceLine]:
        """Return my absences that are not over."""
        found = self._records.select(
            Absence, '"professional" = ?', (self._workplace.me,), order='"starts_at", "id"'
        )
        now = self._workplace.clock.now()
        return [
            AbsenceLine(one.id, paris(one.starts_at), paris(one.ends_at))
            for one in found
            if one.ends_at > max(now, one.starts_at)
        ]

    def open(self, form: OpeningForm, known: RecordId | None = None) -> Done[RecordId]:
        """Add a permanence, or correct a known one; raise ``InvalidInput``, ``NotFound``."""
        _check(form)
        first = _first_day(form)
        before = self._opening(known) if known else None
        rid = known or RecordId(self._workplace.new_id())
        with self._workplace.work() as work:
            work.save(
                OpeningSlot(
                    id=rid,
                    created_at=before.created_at if before else self._workplace.clock.now(),
                    created_by=before.created_by if before else self._workplace.me,
                    professional=self._workplace.me,
                    place=form.place,
                    starts_at=datetime.combine(first, form.opens, PARIS).astimezone(UTC),
                    minutes=_minutes(form),
                    slot_minutes=form.slot_minutes,
                    rule=_rule(form, first, before),
                    on_holidays=form.on_holidays,
                )
            )
        return Done(rid, work.touched)

    def end(self, opening: RecordId, last: date) -> Done[OpeningSlot]:
        """End a permanence after a day; return what it was. One that never came goes away.

        Raise ``NotFound``, ``NotAllowed``.
        """
        known = self._opening(opening)
        first = paris(known.starts_at).date()
        gone = last < first or known.rule is None
        changed = replace(known, active=False) if gone else replace(known, rule=_cut(known, last))
        with self._workplace.work() as work:
            work.save(changed)
        return Done(known, work.touched)

    def put_back(self, opening: OpeningSlot) -> Done[None]:
        """Take back what was done to a permanence."""
        self._opening(opening.id)
        with self._workplace.work() as work:
            work.save(opening)
        return Done(None, work.touched)

    def leave(
        self, starts_at: datetime, ends_at: datetime, known: RecordId | None = None
    ) -> Done[RecordId]:
        """Write down an absence, or correct a known one; raise ``InvalidInput``, ``NotFound``."""
        rid = known or RecordId(self._workplace.new_id())
        with self._workplace.work() as work:
            self.be_away(work, rid, starts_at, ends_at)
        return Done(rid, work.touched)

    def be_away(
        self, work: UnitOfWork, rid: RecordId, starts_at: datetime, ends_at: datetime
    ) -> None:
        """Same, inside a larger piece of work."""
        if ends_at.timestamp() <= starts_at.timestamp():
            raise InvalidInput("ends_at", "before_start")
        before = self._records.get(Absence, rid)
        if before is not None and before.professional != self._workplace.me:
            raise NotAllowed
        work.save(
            Absence(
                id=rid,
                created_at=before.created_at if before else self._workplace.clock.now(),
                created_by=before.created_by if before else self._workplace.me,
                professional=self._workplace.me,
                starts_at=starts_at.astimezone(UTC),
                ends_at=ends_at.astimezone(UTC),
            )
        )

    def come_back(self, absence: RecordId) -> Done[AbsenceLine]:
        """Take an absence out; return it. Raise ``NotFound``, ``NotAllowed``.

        It becomes a moment without length rather than nothing: what another calendar brought and
        somebody took out is recognised, and stays out.
        """
        known = self._records.get(Absence, absence)
        if known is None:
            raise NotFound
        if known.professional != self._workplace.me:
            raise NotAllowed
        with self._workplace.work() as work:
            work.save(replace(known, ends_at=known.starts_at))
        line = AbsenceLine(known.id, paris(known.starts_at), paris(known.ends_at))
        return Done(line, work.touched)

    def _opening(self, opening: RecordId) -> OpeningSlot:
        known = self._records.get(OpeningSlot, opening)
        if known is None:
            raise NotFound
        if known.professional != self._workplace.me:
            raise NotAllowed
        return known

    def _is_over(self, opening: OpeningSlot) -> bool:
        today = paris(self._workplace.clock.now()).date()
        return not starts_of(opening, today, today + _AHEAD)


def _check(form: OpeningForm) -> None:
    if form.slot_minutes not in SLOT_MINUTES:
        raise InvalidInput("slot_minutes", "not_a_duration")
    if not form.slot_minutes <= _minutes(form) <= _LONGEST:
        raise InvalidInput("closes", "too_short" if form.opens < form.closes else "before_start")
    if form.until is not None and form.until < _first_day(form):
        raise InvalidInput("until", "before_start")


def _minutes(form: OpeningForm) -> int:
    opens, closes = (at.hour * 60 + at.minute for at in (form.opens, form.closes))
    return closes - opens


def _first_day(form: OpeningForm) -> date:
    """The first chosen day of the week from the given one on."""
    weekly = form.repeat in (Repeat.WEEKLY, Repeat.FORTNIGHTLY)
    wanted = {list(Weekday).index(day) for day in form.days} if weekly else set()
    day = form.first
    while wanted and day.weekday() not in wanted:
        day += timedelta(days=1)
    return day


def _rule(form: OpeningForm, first: date, before: OpeningSlot | None) -> str | None:
    days = ",".join(code for day, code in _CODES.items() if day in form.days)
    if form.repeat is Repeat.WEEKLY:
        return rule_text("WEEKLY", days=days, until=form.until)
    if form.repeat is Repeat.FORTNIGHTLY:
        return rule_text("WEEKLY", interval=2, days=days, until=form.until)
    if form.repeat is Repeat.MONTHLY:
        return rule_text("MONTHLY", days=month_day(first), until=form.until)
    if form.repeat is Repeat.OTHER and before is not None:
        return before.rule if form.until is None else _cut(before, form.until)
    return None


def _cut(opening: OpeningSlot, last: date) -> str | None:
    """A rule from another version of Coffre cannot be shortened: it is left as it is."""
    try:
        return ended(opening.rule, last)
    except UnknownRule:
        return opening.rule


def _form_of(opening: OpeningSlot) -> OpeningForm:
    start = paris(opening.starts_at)
    closes = start.replace(tzinfo=None) + timedelta(minutes=opening.minutes)
    repeat, days, until = _read(opening.rule)
    return OpeningForm(
        place=opening.place,
        first=start.date(),
        opens=start.time(),
        closes=closes.time(),
        slot_minutes=opening.slot_minutes,
        repeat=repeat,
        days=days,
        until=until,
        on_holidays=opening.on_holidays,
    )


def _read(text: str | None) -> tuple[Repeat, frozenset[Weekday], date | None]:
    if text is None:
        return Repeat.ONCE, frozenset(), None
    try:
        rule = read_rule(text)
    except UnknownRule:
        return Repeat.OTHER, frozenset(), None
    until = rule.until.date() if rule.until else None
    named = [day for day in rule.part("BYDAY").split(",") if day]
    days = frozenset(day for day, code in _CODES.items() if code in named)
    weekly = {1: Repeat.WEEKLY, 2: Repeat.FORTNIGHTLY}.get(rule.interval)
    if rule.part("COUNT") or rule.part("WKST"):
        return Repeat.OTHER, frozenset(), until
    if rule.frequency == "WEEKLY" and weekly and len(days) == len(named):
        return weekly, days, until
    if rule.frequency == "MONTHLY" and rule.interval == 1 and len(named) == 1:
        return Repeat.MONTHLY, frozenset(), until
    return Repeat.OTHER, frozenset(), until
