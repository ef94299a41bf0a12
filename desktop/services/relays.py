"""Relays towards a CMP, a PLIE, a doctor: asked, answered or not, and after how many days."""

from dataclasses import dataclass, field
from datetime import date
from typing import cast

from desktop.config.clock import paris
from desktop.services.directory import Colleague, Directory
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.errors import InvalidInput
from desktop.services.persons import shown_name
from desktop.services.record_drafts import RecordDrafts
from desktop.services.record_form import Unread, Value, Values
from desktop.services.record_keeper import RecordKeeper
from desktop.services.workplace import Workplace
from protocol.ids import PersonId, RecordId
from protocol.kinds.care import Relay, RelayState, RelayTo
from protocol.kinds.people import Job, Structure

PATIENCE_DAYS = 14
"""A relay without an answer for two weeks is asked about again."""
_ANSWERED = frozenset({RelayState.ACCEPTED, RelayState.REFUSED})


@dataclass(frozen=True, slots=True)
class RelayLine:
    """One relay, as the circle of the person reads it."""

    id: RecordId
    person: PersonId
    person_name: str
    to: RelayTo
    structure_name: str
    sent_on: date
    person_agreed: bool
    state: RelayState
    days: int
    """Days until the answer, or until today while there is none."""
    answered_on: date | None
    author: Colleague
    mine: bool
    request: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)

    @property
    def waits(self) -> bool:
        """Whether an answer is still awaited."""
        return self.state is RelayState.SENT


class Relays:
    """Reads relays; ``form`` writes them."""

    def __init__(self, workplace: Workplace, directory: Directory, drafts: RecordDrafts) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._dossiers = Dossiers(workplace)
        # Whoever hears the answer writes it: the circle waits for it together.
        self.form = RecordKeeper(
            workplace,
            directory,
            drafts,
            Relay,
            preset=self._preset,
            settle=self._settle,
            by_author=False,
        )

    def of(self, person: PersonId) -> list[RelayLine]:
        """Return the relays of somebody, by everybody, latest first."""
        hers = these(self._dossiers.all_of(person))
        return self._lines(
            self._records.select(Relay, OF_THESE, (hers,), order='"sent_on" DESC, "id" DESC')
        )

    def waiting(self) -> list[RelayLine]:
        """Return my relays without an answer, of all persons, the longest wait first."""
        found = self._records.select(
            Relay,
            '"professional" = ? AND coalesce("state", ?) = ?',
            (self._workplace.me, RelayState.SENT.value, RelayState.SENT.value),
            order='"sent_on", "id"',
        )
        return [line for line in self._lines(found) if line.person_name]

    def unanswered(self) -> list[RelayLine]:
        """Return those of my relays that are worth asking about again."""
        return [line for line in self.waiting() if line.days >= PATIENCE_DAYS]

    def _preset(self, _person: PersonId) -> Values:
        return {"sent_on": self._today()}

    def _settle(self, values: Values) -> Values:
        """An answer is of a day, a day is of an answer, and neither comes before the request."""
        sent, answered = values.get("sent_on"), values.get("answered_on")
        if _is_after(sent, self._today()):
            raise InvalidInput("sent_on", "future_date")
        if _is_after(answered, self._today()):
            raise InvalidInput("answered_on", "future_date")
        if isinstance(answered, date) and _is_after(sent, answered):
            raise InvalidInput("answered_on", "before_sent")
        state = RelayState(str(values.get("state") or RelayState.SENT))
        if state is RelayState.SENT and (answered is not None or _is_text(values.get("answer"))):
            raise InvalidInput("state", "answer_unsaid")
        if state in _ANSWERED and answered is None:
            return {**values, "answered_on": self._today()}
        return values

    def _lines(self, relays: list[Relay]) -> list[RelayLine]:
        if not relays:
            return []
        colleagues = self._directory.colleagues()
        structures: dict[str, str] = {s.id: s.name for s in self._records.select(Structure)}
        together = self._dossiers.together()
        unknown = Colleague("", "", Job.REFERENT, active=False)
        today = self._today()
        lines = []
        for relay in relays:
            kept = PersonId(together.kept_of(relay.person))
            until = relay.answered_on or today
            lines.append(
                RelayLine(
                    id=relay.id,
                    person=kept,
                    person_name=shown_name(self._workplace, kept),
                    to=relay.to,
                    structure_name=structures.get(relay.structure or "", ""),
                    sent_on=relay.sent_on,
                    person_agreed=relay.person_agreed,
                    state=relay.state,
                    days=max((until - relay.sent_on).days, 0),
                    answered_on=relay.answered_on,
                    author=colleagues.get(relay.professional, unknown),
                    mine=relay.professional == self._workplace.me,
                    request=relay.request or "",
                    answer=relay.answer or "",
                )
            )
        return lines

    def _today(self) -> date:
        return paris(self._workplace.clock.now()).date()


def _is_after(value: Value, day: date) -> bool:
    return isinstance(value, date) and value > day


def _is_text(value: Value) -> bool:
    return not isinstance(value, Unread) and bool(cast(str, value or "").strip())
