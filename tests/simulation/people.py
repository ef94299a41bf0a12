"""What people do on their laptops, each as well as services allow.

An act draws what it needs, writes through the services, and says in a word how it went.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from desktop.services.errors import AlreadySettled, InvalidInput, LeaseOver, NotAllowed
from desktop.services.persons import NewPerson
from desktop.services.same_person import Choices
from protocol.ids import FollowUpId, PersonId, ProfessionalId, RecordId
from protocol.kinds import CircleMember, Conflict, FollowUp
from protocol.kinds.conflicts import ConflictState
from protocol.kinds.follow_ups import Theme
from protocol.kinds.persons import CircleEnd, CircleRole, Discretion, IdentifierScheme
from protocol.values import to_wire
from tests.simulation.chance import Draw, choice, happens
from tests.simulation.ledger import Ledger, words_shown
from tests.simulation.machine import Machine, PowerCut
from tests.support.opened import with_words

_MOST_DOSSIERS = 3
_SCALARS = ("phone1", "address_line")
_TEXTS = ("request", "safe_contact_note")
_PLACES = (99, 0, 1)
_THEMES = tuple(Theme)[:6]
_LINES = ((), ("birth_name", "request"), ("phone1", "safe_contact_note"))
_STATEMENTS = 30
"""Of one save, about."""
_ONE_CUT_IN = 12
DONE, CUT, AWAY, NOTHING, REFUSED = "done", "power cut", "too long away", "nothing", "not allowed"


@dataclass
class People:
    """The acts of people."""

    machines: list[Machine]
    ledger: Ledger
    draw: Draw
    parted: set[tuple[str, str]] = field(default_factory=set)
    """Dossiers, and those whose place there ended once."""
    is_anybody_joined: bool = False
    """From then on what is written in one dossier may show in another."""
    is_power_steady: bool = False
    _last: tuple[PersonId, str] | None = None
    """The line of a sheet that was written last, on whatever laptop."""

    # -- dossiers and circles -----------------------------------------------------------------

    def opens_a_dossier(self, machine: Machine) -> str:
        """Somebody comes for the first time."""
        if len(self.ledger.living) >= _MOST_DOSSIERS:
            return NOTHING
        word = self.ledger.word
        new = NewPerson(birth_name=word(), first_name=word(), request=f"{word()} {word()}")
        opened: list[PersonId] = []
        with self.ledger.writing(machine, opened):
            told = self._try(machine, lambda: machine.desk.persons.create(new))
            opened += self._unheard_of(machine)
        self.ledger.dossiers += opened
        return told

    def shares_it(self, machine: Machine) -> str:
        """A colleague is welcomed, perhaps for the second time."""
        dossier, whom = self._pick(machine), choice(self.draw, self.machines)
        if dossier is None:
            return NOTHING
        who, role = ProfessionalId(whom.who), CircleRole.CONTRIBUTOR
        return self._save(
            machine, [dossier], lambda: machine.desk.persons.welcome(dossier, who, role)
        )

    def ends_a_place(self, machine: Machine) -> str:
        """Somebody leaves a circle, at once or with thirty days of overlap."""
        dossier = self._pick(machine)
        reason = choice(self.draw, (CircleEnd.END_OF_PROGRAM, CircleEnd.HANDOVER))
        places = machine.store.records.select(
            CircleMember, '"person" = ? AND "ended_on" IS NULL', (dossier,)
        )
        if dossier is None or not places:
            return NOTHING
        place = choice(self.draw, places)
        ended, persons = RecordId(place.id), machine.desk.persons
        # Of one person's dossiers she leaves all.
        left = persons.sheet(dossier).dossiers
        self.parted |= {(one, place.professional) for one in left}
        return self._save(machine, [dossier], lambda: persons.end_membership(ended, reason))

    def joins_two_dossiers(self, machine: Machine) -> str:
        """Two dossiers turn out to be one person's."""
        known = self._known(machine)
        one = self._pick(machine)
        already = machine.desk.persons.sheet(one).dossiers if one is not None else ()
        others = [dossier for dossier in known if dossier not in already]
        if one is None or not others:
            return NOTHING
        other = choice(self.draw, others)
        choices = Choices(one, other, frozenset(choice(self.draw, _LINES)))
        self.is_anybody_joined = True
        return self._save(machine, known, lambda: machine.desk.same_persons.join(choices))

    def separates_them(self, machine: Machine) -> str:
        """They were two after all."""
        same = machine.desk.same_persons
        said = [line for dossier in self._known(machine) for line in same.said(dossier)]
        merged = [line for line in said if line.state.value == "merged"]
        if not merged:
            return NOTHING
        undone = choice(self.draw, merged).id
        self.parted |= {(d, one.who) for d in self.ledger.dossiers for one in self.machines}
        return self._save(machine, self.ledger.dossiers, lambda: same.separate(undone))

    # -- sheets -------------------------------------------------------------------------------

    def corrects_a_line(self, machine: Machine) -> str:
        """One line of a sheet is written anew, or emptied."""
        name = choice(self.draw, _SCALARS)
        value = None if happens(self.draw, 4) else self.ledger.word()
        return self._edit(machine, name, lambda text: value)

    def warns_colleagues(self, machine: Machine) -> str:
        """How careful to be with somebody."""
        discretion = choice(self.draw, tuple(Discretion))
        return self._edit(machine, "discretion", lambda known: discretion)

    def adds_a_word(self, machine: Machine) -> str:
        """A text grows."""
        return self._edit(machine, choice(self.draw, _TEXTS), self._grown)

    def rewrites_a_text(self, machine: Machine) -> str:
        """A text is replaced, but for its first word perhaps."""
        kept = self.draw.number(0, 1)

        def change(text: Any) -> object:
            return " ".join([*(text or "").split()[:kept], self.ledger.word()])

        return self._edit(machine, choice(self.draw, _TEXTS), change)

    def writes_where_somebody_wrote(self, machine: Machine) -> str:
        """The line that was written last is written again, by somebody who has read it or not."""
        if self._last is None:
            return NOTHING
        return self.writes_there(machine, *self._last)

    def some_line(self) -> tuple[PersonId, str, list[Machine]] | None:
        """Return a line of a sheet, on several laptops if any is, and where it can be written."""
        held = {
            dossier: [one for one in self.machines if dossier in self._known(one)]
            for dossier in self.ledger.living
        }
        several = [dossier for dossier, holders in held.items() if len(holders) > 1]
        if not held:
            return None
        dossier = choice(self.draw, several or self.ledger.living)
        return dossier, choice(self.draw, (*_SCALARS, *_TEXTS)), held[dossier]

    def writes_there(self, machine: Machine, dossier: PersonId, name: str) -> str:
        """A line is written anew, a text grows."""
        if dossier not in self._known(machine):
            return NOTHING
        if name in _TEXTS:
            return self._edit(machine, name, self._grown, dossier)
        return self._edit(machine, name, lambda known: self.ledger.word(), dossier)

    def writes_or_strikes_a_number(self, machine: Machine) -> str:
        """The number another administration knows somebody by."""
        dossier = self._pick(machine)
        number = "" if happens(self.draw, 3) else self.ledger.word()
        if dossier is None:
            return NOTHING
        scheme, persons = IdentifierScheme.CAF, machine.desk.persons
        return self._save(
            machine, [dossier], lambda: persons.set_identifier(dossier, scheme, number)
        )

    # -- meetings -----------------------------------------------------------------------------

    def meets_somebody(self, machine: Machine) -> str:
        """A meeting is written down, with a clinical note perhaps."""
        dossier, noted = self._pick(machine), happens(self.draw, 2)
        if dossier is None:
            return NOTHING
        form = replace(
            machine.desk.follow_ups.begin(dossier),
            summary=self.ledger.word(),
            clinical=self.ledger.word("secret") if noted else "",
        )
        finish = machine.desk.follow_ups.finish
        return self._save(machine, [dossier], lambda: finish(form), form.target)

    def completes_her_follow_up(self, machine: Machine) -> str:
        """A word more of a meeting, and its note written anew."""
        dossier = self._pick(machine)
        mine = self._meetings(machine, dossier, machine.who)
        if dossier is None or not mine:
            return NOTHING
        form = machine.desk.follow_ups.open(FollowUpId(choice(self.draw, mine).id)).form
        form = replace(
            form,
            summary=f"{form.summary} {self.ledger.word()}",
            clinical=self.ledger.word("secret"),
            next_at=None,
        )
        finish = machine.desk.follow_ups.finish
        return self._save(machine, [dossier], lambda: finish(form), form.target)

    def sorts_a_meeting(self, machine: Machine) -> str:
        """What a meeting was about, and how long it took."""
        dossier = self._pick(machine)
        met = self._meetings(machine, dossier, None)
        themes = frozenset(theme for theme in _THEMES if happens(self.draw, 2))
        if dossier is None or not met:
            return NOTHING
        sorted_ = replace(choice(self.draw, met), themes=themes, minutes=30 + len(themes))

        def save() -> None:
            with machine.session.workplace.work() as work:
                work.save(sorted_)

        return self._save(machine, [dossier], save)

    # -- what needs her -----------------------------------------------------------------------

    def settles_a_conflict(self, machine: Machine) -> str:
        """One of two versions is kept, put back, or joined with the other."""
        conflicts = machine.desk.conflicts
        waiting, way = conflicts.to_review(), self.draw.number(0, 2)
        if not waiting:
            return NOTHING
        try:
            sheet = conflicts.sheet(choice(self.draw, waiting).id)
        except AlreadySettled:
            return NOTHING
        known = machine.store.records.get(Conflict, sheet.line.id)
        assert known is not None
        if sheet.is_unread:
            return NOTHING  # nobody here gives up what she has not read, however long it has been
        together = [machine.store.records.get(Conflict, it.conflict) for it in sheet.remains]

        def settle() -> object:
            if way == 2 and sheet.proposal is not None:
                return conflicts.join(sheet, sheet.proposal)
            return conflicts.restore(sheet) if way == 1 else conflicts.keep(sheet)

        told = self._save(machine, [known.dossier], settle)
        after = machine.store.records.get(Conflict, known.id)
        if after is not None and after.state is not ConflictState.OPEN:
            closed = {("conflict", str(it.id)): to_wire(it) for it in (known, *together) if it}
            lost = with_words(closed, [machine.store])
            self.ledger.give_up(repr(lost), repr(words_shown(machine, [known.dossier])))
        return told

    def deals_with_a_refusal(self, machine: Machine) -> str:
        """What the office refused is sent again."""
        refused = machine.store.outbox.refused()
        if not refused:
            return NOTHING
        again = choice(self.draw, refused).id
        reports = machine.desk.sync_reports
        return self._save(machine, self.ledger.dossiers, lambda: reports.send_again(again))

    # -- inside -------------------------------------------------------------------------------

    def _known(self, machine: Machine) -> list[PersonId]:
        held = {rid for (rid,) in machine.store.database.rows('SELECT "id" FROM "person"')}
        return [dossier for dossier in self.ledger.dossiers if dossier in held]

    def _pick(self, machine: Machine) -> PersonId | None:
        known = self._known(machine)
        return choice(self.draw, known) if known else None

    def _unheard_of(self, machine: Machine) -> list[PersonId]:
        rows = machine.store.database.rows('SELECT "id" FROM "person" ORDER BY "id"')
        return [PersonId(rid) for (rid,) in rows if rid not in self.ledger.dossiers]

    def _meetings(
        self, machine: Machine, dossier: PersonId | None, author: str | None
    ) -> list[FollowUp]:
        return machine.store.records.select(
            FollowUp,
            '"person" = ? AND (? IS NULL OR "professional" = ?)',
            (dossier, author, author),
        )

    def _grown(self, text: Any) -> object:
        words = (text or "").split()
        words.insert(choice(self.draw, _PLACES), self.ledger.word())
        return " ".join(words)

    def _edit(
        self,
        machine: Machine,
        name: str,
        change: Callable[[Any], object],
        dossier: PersonId | None = None,
    ) -> str:
        dossier = dossier or self._pick(machine)
        if dossier is None:
            return NOTHING
        persons = machine.desk.persons
        sheet = persons.sheet(dossier).person
        changed: dict[str, Any] = {name: change(getattr(sheet, name))}
        if name != "discretion":
            self._last = dossier, name
        return self._save(machine, [dossier], lambda: persons.edit(replace(sheet, **changed)))

    def _save(
        self,
        machine: Machine,
        dossiers: Sequence[PersonId],
        act: Callable[[], object],
        follow_up: FollowUpId | None = None,
    ) -> str:
        with ExitStack() as accounts:
            touched = self.ledger.dossiers if self.is_anybody_joined else dossiers
            accounts.enter_context(self.ledger.writing(machine, touched))
            if follow_up is not None:
                accounts.enter_context(self.ledger.noting(machine, follow_up))
            return self._try(machine, act)

    def _try(self, machine: Machine, act: Callable[[], object]) -> str:
        """Do it; now and then the power goes before it is done."""
        if not self.is_power_steady and happens(self.draw, _ONE_CUT_IN):
            machine.cut_power_before(self.draw.number(1, _STATEMENTS))
        try:
            act()
        except LeaseOver:
            machine.leave_power()
            lease = machine.session.workplace.lease
            assert lease is not None
            assert lease.look().is_over, f"{machine} may not write"
            return AWAY
        except NotAllowed:
            return REFUSED
        except InvalidInput as refused:
            if refused.reason != "closed":  # else its key is on the way
                raise
            return REFUSED
        except PowerCut:
            machine.restart()
            return CUT
        finally:
            machine.leave_power()
        return DONE
