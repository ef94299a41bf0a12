"""One life of the town: so many steps, each an act or a misfortune, then everybody comes home."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from desktop.sync.errors import Revoked, SyncError
from tests.simulation import quiet
from tests.simulation.chance import Draw, choice, happens
from tests.simulation.erasing import Erasing
from tests.simulation.ledger import Ledger, noted_aside
from tests.simulation.machine import Machine, PowerCut
from tests.simulation.people import CUT, DONE, NOTHING, People
from tests.simulation.quiet import Scars
from tests.simulation.road import MISHAPS, Mishap, fair
from tests.simulation.town import Town
from tests.support.opened import everywhere, office_words

_STATEMENTS = 120
"""Of one synchronisation, about."""
_MOST_HAVE, _SOME_HAVE = 100, 1_300
"""Five in six have some hundred at most; the longest have more than a thousand."""
_YEARS = 10
_MOST_OLD_DISKS = 6
"""The office takes ten for the laptops of one professional in a day."""
_FARTHEST = timedelta(days=365 * _YEARS)
_UNHEARD = (
    *(Mishap.REPLY_LOST, Mishap.GATEWAY, Mishap.REPLY_CUT),
    *(Mishap.REQUEST_LOST, Mishap.LATE),
)
Act = Callable[[Machine], str]


@dataclass(frozen=True, slots=True)
class Climate:
    """Which great misfortunes a life may know; everybody knows the small ones."""

    name: str
    disks: bool = False
    revocations: bool = False
    restorations: bool = False

    def __str__(self) -> str:
        return self.name


CLIMATES = (
    Climate("ordinary"),
    Climate("old disks", disks=True),
    Climate("stolen laptops", revocations=True),
    Climate("lost office", restorations=True),
    Climate("everything", disks=True, revocations=True, restorations=True),
)


@dataclass
class Trace:
    """What happened, line by line; the same seed leaves the same."""

    lines: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, line: str) -> None:
        """Write a line down."""
        self.lines.append(line)


class BrokenPromise(AssertionError):
    """A life that ended badly; its text is its trace."""

    def __init__(self, trace: Trace, failure: Exception) -> None:
        super().__init__("\n".join([*trace.lines, f"{type(failure).__name__}: {failure}"]))


class Life:
    """Plays; what it draws decides everything, ``asked`` who asks to be erased."""

    def __init__(
        self, town: Town, machines: list[Machine], draw: Draw, climate: Climate, asked: Draw
    ) -> None:
        self.town = town
        self.machines = list(machines)
        """Those that are in the game, revoked ones until they are told so."""
        self.ledger = Ledger()
        self.trace = Trace()
        self._draw = draw
        self._people = People(self.machines, self.ledger, draw)
        self._erasing = Erasing(town, self.ledger, asked)
        self._backup: dict[str, bytes] | None = None
        self._is_restored = False
        self._old_disks = 0
        self._somebody_left = False
        self._acts = self._possible(climate)

    def begin(self) -> None:
        """Play the first morning: a dossier, a circle, everybody home."""
        self._erasing.begin()
        first = choice(self._draw, self.machines)
        self._somebody_comes(first)
        for machine in [first, *(one for one in self.machines if one is not first)]:
            self._note("comes home", machine, self._comes_home(machine))

    def step(self) -> None:
        """Let one thing happen."""
        for machine in self.machines:
            machine.clock.advance(seconds=1)
        self.town.office.moment += timedelta(seconds=1)
        if self.machines:
            for told in self._erasing.around(self._act):
                self._note("erases somebody", "the office", told)
        if self.machines and self.ledger.erased and not self.ledger.living:
            self._somebody_comes(choice(self._draw, self.machines))

    def end(self) -> None:
        """Let everybody come home on a clear day, and hold them to their promises."""
        while self.town.road.late:
            self.town.road.deliver(0)
        self.town.office.moment += timedelta(days=1)  # so many laptops were renewed in one day
        for machine in [one for one in self.machines if one.is_revoked]:
            self._note("comes home", machine, self._comes_home(machine))
            assert machine not in self.machines, f"{machine} was revoked and is still served"
        for line in quiet.let_them_all_come_home(self.town, self.machines):
            self.trace.add(line)
        quiet.check(self.town, self.machines, self.ledger, self._scars())
        self.trace.lines += quiet.picture(self.town, self.ledger)

    def _scars(self) -> Scars:
        return Scars(
            office_restored=self._is_restored,
            disk_put_back=self._old_disks > 0,
            parted=frozenset(self._people.parted),
            somebody_left=self._somebody_left,
        )

    def _act(self) -> None:
        name, act = choice(self._draw, self._acts)
        machine = choice(self._draw, self.machines)
        self._note(name, machine, act(machine))

    def _somebody_comes(self, machine: Machine) -> None:
        self._note("opens a dossier", machine, self._people.opens_a_dossier(machine))
        for _ in range(self._draw.number(1, len(self.machines))):
            self._note("shares it", machine, self._people.shares_it(machine))

    # -- what may happen ------------------------------------------------------------------------

    def _possible(self, climate: Climate) -> list[tuple[str, Act]]:
        people = self._people
        weighed: list[tuple[int, str, Act]] = [
            (14, "comes home", self._comes_home),
            (9, "writes where somebody wrote", people.writes_where_somebody_wrote),
            (4, "adds a word", people.adds_a_word),
            (4, "corrects a line", people.corrects_a_line),
            (3, "rewrites a text", people.rewrites_a_text),
            (3, "warns colleagues", people.warns_colleagues),
            (3, "meets somebody", people.meets_somebody),
            (3, "completes her follow-up", people.completes_her_follow_up),
            (3, "sorts a meeting", people.sorts_a_meeting),
            (3, "writes or strikes a number", people.writes_or_strikes_a_number),
            (3, "shares it", people.shares_it),
            (2, "ends a place", people.ends_a_place),
            (2, "opens a dossier", people.opens_a_dossier),
            (2, "settles a conflict", people.settles_a_conflict),
            (1, "deals with a refusal", people.deals_with_a_refusal),
            (1, "joins two dossiers", people.joins_two_dossiers),
            (1, "separates them", people.separates_them),
            (10, "comes home in bad weather", self._comes_home_in_bad_weather),
            (9, "does not hear the answer", self._unheard),
            (4, "comes home, and the power goes", self._power_goes_on_the_way),
            (3, "works while the answer comes", self._works_meanwhile),
            (3, "what was late arrives", self._late_arrives),
            (1, "loses power", self._loses_power),
            (2, "has her clock turned", self._clock_is_turned),
            (1, "days go by", self._days_go_by),
        ]
        if climate.disks:
            weighed.append((2, "keeps an image of her disk", self._keeps_her_disk))
            weighed.append((2, "has an old disk put back", self._old_disk))
        if climate.revocations:
            weighed.append((1, "has her laptop revoked", self._is_revoked))
        if climate.restorations:
            weighed.append((2, "the office is backed up", self._office_is_backed_up))
            weighed.append((2, "the office is restored", self._office_is_restored))
        return [(name, act) for weight, name, act in weighed for _ in range(weight)]

    # -- the road -------------------------------------------------------------------------------

    def _comes_home(self, machine: Machine) -> str:
        return self._synchronise(machine)

    def _comes_home_in_bad_weather(self, machine: Machine) -> str:
        severity = self._draw.number(1, 4)

        def weather() -> Mishap:
            if self._draw.number(0, 4) >= severity:
                return Mishap.NONE
            return choice(self._draw, MISHAPS)

        self.town.road.weather = weather
        return self._synchronise(machine)

    def _unheard(self, machine: Machine) -> str:
        """What she wrote has left, or has not: a colleague goes on from there, then she does.

        Or a colleague came home before, with words of the same line that she has not read.
        """
        line = self._people.some_line()
        if line is None or not line[2]:
            return NOTHING
        dossier, name, holders = line
        her = choice(self._draw, holders)
        colleague = choice(self._draw, [one for one in holders if one is not her] or holders)
        told = []
        if colleague is not her and happens(self._draw, 2):
            told.append(f"{colleague} {self._people.writes_there(colleague, dossier, name)}")
            told.append(f"{colleague} {self._synchronise(colleague)}")
        told.append(f"{her} {self._people.writes_there(her, dossier, name)}")
        self.town.road.weather = _first(choice(self._draw, _UNHEARD))
        told.append(f"{her} {self._synchronise(her)}")
        for one in (colleague, her):
            if one in self.machines and self._draw.number(0, 2):
                told.append(f"{one} {self._synchronise(one)}")
            if one in self.machines and self._draw.number(0, 2):
                told.append(f"{one} {self._people.writes_there(one, dossier, name)}")
            if one in self.machines and one is colleague:
                told.append(f"{one} {self._synchronise(one)}")
        return ", ".join(told)

    def _power_goes_on_the_way(self, machine: Machine) -> str:
        statement = self._draw.number(1, _STATEMENTS)
        if statement > _MOST_HAVE:
            statement = self._draw.number(_MOST_HAVE, _SOME_HAVE)
        machine.cut_power_before(statement)
        return self._synchronise(machine)

    def _works_meanwhile(self, machine: Machine) -> str:
        others = [one for one in self.machines if one is not machine]
        told: list[str] = []

        def work() -> None:
            if others and happens(self._draw, 3):
                other = choice(self._draw, others)
                self._note("  comes home meanwhile", other, self._synchronise(other))
            else:
                people = self._people
                people.is_power_steady = True  # this laptop is already at work
                told.append(
                    choice(self._draw, (people.corrects_a_line, people.adds_a_word))(machine)
                )
                people.is_power_steady = False

        self.town.road.meanwhile = work
        return f"{self._synchronise(machine)}; {told}"

    def _late_arrives(self, machine: Machine) -> str:
        late = self.town.road.late
        if not late:
            return NOTHING
        self.town.road.deliver(self._draw.number(0, len(late) - 1))
        return DONE

    def _synchronise(self, machine: Machine) -> str:
        """Synchronise; what may go wrong on the road may, and nothing else."""
        road = self.town.road
        clear = road.weather is fair
        try:
            receipt = machine.sync()
        except PowerCut:
            machine.restart()
            return CUT
        except Revoked:
            machine.leave_power()
            assert machine.is_revoked, f"{machine} was not revoked"
            self._leaves(machine)
            return "revoked"
        except SyncError as failure:
            if clear:
                raise AssertionError(f"{machine}: {failure!r} on a clear day") from failure
            return type(failure).__name__
        finally:
            machine.leave_power()
            road.weather = fair
            road.meanwhile = None
        return f"sent {receipt.sent} received {receipt.received}"

    # -- laptops --------------------------------------------------------------------------------

    def _loses_power(self, machine: Machine) -> str:
        machine.restart()
        return DONE

    def _clock_is_turned(self, machine: Machine) -> str:
        unit = choice(self._draw, ("minutes", "days", "years"))
        count = self._draw.number(-_YEARS, _YEARS)
        by = timedelta(minutes=count) if unit == "minutes" else timedelta(days=count)
        moved = machine.clock.moment + (by * 365 if unit == "years" else by)
        now = self.town.office.moment
        machine.clock.moment = min(max(moved, now - _FARTHEST), now + _FARTHEST)
        return f"{count} {unit}"

    def _keeps_her_disk(self, machine: Machine) -> str:
        machine.keep_disk()
        return DONE

    def _old_disk(self, machine: Machine) -> str:
        if machine.is_revoked or self._old_disks >= _MOST_OLD_DISKS:
            return NOTHING
        before = self._alone(machine)
        machine.restart(machine.kept)
        self.ledger.lose(before - self._alone(machine), machine)
        self.ledger.forget_moves(machine)
        self._forget_unknown()
        self._old_disks += 1
        return DONE

    def _is_revoked(self, machine: Machine) -> str:
        if machine.is_revoked or sum(not one.is_revoked for one in self.machines) < 3:
            return NOTHING
        self.town.office.revoke(machine.device)
        machine.is_revoked = True
        return DONE

    # -- the office -----------------------------------------------------------------------------

    def _days_go_by(self, machine: Machine) -> str:
        """For everybody: whose clock is wrong stays as wrong as it was."""
        days = self._draw.number(1, 40)
        self.town.office.moment += timedelta(days=days)
        for one in self.machines:
            one.clock.advance(days=days)
        return f"{days} days"

    def _office_is_backed_up(self, machine: Machine) -> str:
        self._backup = self.town.office.backup()
        return DONE

    def _office_is_restored(self, machine: Machine) -> str:
        if self._backup is None:
            return NOTHING
        office = self.town.office
        office.restore(self._backup, new_epoch=True)
        self._is_restored = True
        self._erasing.again()
        known = {str(device.id): device for device in office.devices()}
        for one in list(self.machines):
            if one.is_revoked and one.device in known:
                if known[one.device].revoked_at is None:
                    office.revoke(one.device)  # whoever restores looks at the list again
            elif one.device not in known:
                # It became a device that the backup has never heard of: it needs an invitation.
                self._leaves(one)
        self._forget_unknown()
        return DONE

    # -- inside ---------------------------------------------------------------------------------

    def _leaves(self, machine: Machine) -> None:
        """A laptop is out of the game, with what it alone knew."""
        self.ledger.lose(self._alone(machine), machine)
        self.ledger.forget_moves(machine, is_gone=True)
        self.machines.remove(machine)
        self._somebody_left = True
        self._forget_unknown()

    def _alone(self, machine: Machine) -> set[str]:
        """Return the words that nobody shows but this laptop, and that may go with its disk."""
        words = self.ledger.unsent(machine)
        if self._is_restored:
            others = [one for one in self.machines if one is not machine]
            known = repr([one.store_text() + everywhere(one.store) for one in others])
            forgotten = self.ledger.forgotten_in_conflicts(machine)
            words |= {word for word in forgotten if word not in known}
        return words

    def _forget_unknown(self) -> None:
        """Where the office has forgotten, what no laptop knows either cannot be brought back."""
        if not self._is_restored:
            return
        living = [one for one in self.machines if not one.is_revoked]
        known = repr([one.store_text() + everywhere(one.store) for one in living])
        known += "".join(office_words(self.town.office, one.store) for one in living)
        for word in [word for word in self.ledger.owed if word not in known]:
            del self.ledger.owed[word]
        for word, secret in list(self.ledger.secrets.items()):
            hers, about = [one for one in living if one.who == secret.author], secret.follow_up
            held = [one.desk.notes.of(about) + noted_aside(one, about) for one in hers]
            if not any(word in text for text in held):
                del self.ledger.secrets[word]

    def _note(self, name: str, who: Machine | str, told: str) -> None:
        self.trace.add(f"{who}: {name}: {told}")
        self.trace.counts[f"{name}: {told.split(maxsplit=1)[0]}"] += 1


def _first(mishap: Mishap) -> Callable[[], Mishap]:
    """Return a weather that clears after one exchange."""
    coming = [mishap]
    return lambda: coming.pop() if coming else Mishap.NONE
