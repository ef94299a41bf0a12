"""Needs for which nothing was found: a theme and a reason, where the person lives (PTI L916)."""

from dataclasses import dataclass, replace
from datetime import date

from desktop.config.clock import paris
from desktop.services.directory import Colleague, Directory
from desktop.services.done import Done
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.errors import InvalidInput, NotAllowed, NotFound
from desktop.services.workplace import Workplace
from protocol.ids import PersonId, RecordId
from protocol.kinds.care import NeedReason, UnmetNeed
from protocol.kinds.follow_ups import Theme
from protocol.kinds.people import Job
from protocol.kinds.persons import Person


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One need, as the circle of the person reads it."""

    id: RecordId
    theme: Theme
    reason: NeedReason
    commune_name: str
    noted_on: date
    author: Colleague
    mine: bool


class Needs:
    """Notes needs without an answer, in one gesture."""

    def __init__(self, workplace: Workplace, directory: Directory) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._dossiers = Dossiers(workplace)

    def note(self, person: PersonId, theme: Theme | None, reason: NeedReason) -> Done[RecordId]:
        """Note a need where the person lives today; raise ``InvalidInput``, ``NotFound``."""
        if theme is None:
            raise InvalidInput("theme", "missing")
        kept = self._dossiers.kept(person)
        known = self._records.get(Person, kept)
        if known is None:
            raise NotFound
        now, rid = self._workplace.clock.now(), RecordId(self._workplace.new_id())
        with self._workplace.work() as work:
            work.save(
                UnmetNeed(
                    id=rid,
                    created_at=now,
                    created_by=self._workplace.me,
                    person=kept,
                    professional=self._workplace.me,
                    theme=theme,
                    commune=known.commune,
                    reason=reason,
                    noted_on=paris(now).date(),
                )
            )
        return Done(rid, work.touched)

    def take_back(self, need: RecordId) -> Done[UnmetNeed]:
        """Remove a need I noted by mistake; return it, so that it can be noted again.

        Raise ``NotFound``, and ``NotAllowed`` for a colleague's.
        """
        known = self._records.get(UnmetNeed, need)
        if known is None:
            raise NotFound
        if known.professional != self._workplace.me:
            raise NotAllowed("a need is taken back by who noted it")
        with self._workplace.work() as work:
            work.delete(UnmetNeed, need)
        return Done(known, work.touched)

    def note_again(self, need: UnmetNeed) -> Done[RecordId]:
        """Write down again a need that was taken back, of the day it was noted."""
        again = replace(need, id=RecordId(self._workplace.new_id()))
        with self._workplace.work() as work:
            work.save(again)
        return Done(again.id, work.touched)

    def of(self, person: PersonId) -> list[NeedLine]:
        """Return the needs of somebody, by everybody, latest first."""
        found = self._records.select(
            UnmetNeed,
            OF_THESE,
            (these(self._dossiers.all_of(person)),),
            order='"noted_on" DESC, "id" DESC',
        )
        colleagues = self._directory.colleagues() if found else {}
        unknown = Colleague("", "", Job.REFERENT, active=False)
        return [
            NeedLine(
                id=need.id,
                theme=need.theme,
                reason=need.reason,
                commune_name=self._directory.commune_name(need.commune),
                noted_on=need.noted_on,
                author=colleagues.get(need.professional, unknown),
                mine=need.professional == self._workplace.me,
            )
            for need in found
        ]
