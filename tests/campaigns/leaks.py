"""Follows the real program through pieces of a morning: no word of it is found outside the vault.

Typing, searching, copying, printing to a file, exporting a calendar, locking; then the window is
closed, or the program crashes, or is killed. All that its processes write is told by strace where
there is one; the files of a home, a temporary folder and a runtime folder of its own are read in
any case. The control writes what is typed into a temporary file and removes it again.
"""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.services.appointments import Plan
from desktop.services.persons import NewPerson
from protocol.ids import AppointmentId, PersonId
from protocol.kinds.agenda import Motive
from protocol.kinds.people import Job
from tests.campaigns.tally import Effort, Tally
from tests.support.fleet import PASSPHRASE, enrolled
from tests.support.laptop import MELLE, TurnedClock, seed_small
from tests.support.leaks import cores, leaks_in_files, leaks_in_trace, tracer
from tests.support.office import Office, Premises
from tests.support.real_program import Process, RealProgram

CASES = {Effort.SHORT: 1, Effort.NORMAL: 12, Effort.LONG: 100}
_EXPORTS = ("agenda.ics", "agenda.pdf", "tour.pdf")
_ENDS = ("close", "crash", "kill")


@dataclass(frozen=True)
class Morning:
    """A laptop, and what must not be found beside it."""

    folder: Path
    person: PersonId
    canaries: dict[str, str]

    @property
    def outside(self) -> list[Path]:
        """All the folders a program may write in, but the vault and what somebody chose."""
        return [self.folder / name for name in ("user", "tmp", "runtime", "home/settings")]

    @property
    def chosen(self) -> Path:
        """Where exports are asked for."""
        return self.folder / "chosen"

    @property
    def environment(self) -> dict[str, str]:
        """A session of the system with folders of its own."""
        user, tmp, runtime, _ = (str(folder) for folder in self.outside)
        names = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
        return {
            "HOME": user,
            "TMPDIR": tmp,
            "XDG_RUNTIME_DIR": runtime,
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",
            **{name: f"{user}/{name.split('_')[1].lower()}" for name in names},
        }


def run(
    effort: Effort, seed: int, folder: Path, premises: Premises, *, cases: int | None = None
) -> Tally:
    """Live so many pieces of mornings; then one in which a word is let out."""
    chance = random.Random(seed)
    tally = Tally("leaks", seed)
    fresh = prepare(folder / "fresh", premises)
    for case in range(CASES[effort] if cases is None else cases):
        acts = ["type", "search", "copy", "lock", *_EXPORTS]
        if effort is Effort.SHORT:
            acts.remove("agenda.pdf")
        else:
            chance.shuffle(acts)
        end = _ENDS[1] if effort is Effort.SHORT else chance.choice(_ENDS)
        morning = copied(fresh, folder / f"case-{case}")
        tally.add(f"{' '.join(acts)} {end}", live(morning, acts, end))
        shutil.rmtree(morning.folder)
    letting_out = live(copied(fresh, folder / "control"), ["type", "leak"], "kill")
    tally.controls["what is typed goes through a temporary file"] = bool(letting_out)
    if not tracer(folder):
        tally.notes.append("no strace here: only files that stay were read")
    return tally


def prepare(folder: Path, premises: Premises) -> Morning:
    """Enrol a laptop whose persons have names that are found nowhere else."""
    vault = folder / "home" / "vault"
    vault.mkdir(parents=True)
    office = Office(premises, premises.new_department(), premises.open_road())
    clock = TurnedClock(datetime.now(UTC))
    laptop = enrolled(office, vault, "Claire Vrombissant", Job.PSYCHOLOGIST, clock)
    seed_small(laptop.desk)
    person = laptop.desk.persons.create(
        NewPerson(birth_name="Zorglubine", first_name="Quitterie", commune=MELLE)
    ).value
    plan = Plan(person, clock.now() + timedelta(minutes=1), 30, None, Motive.PSY_CONSULTATION)
    planned: AppointmentId = laptop.desk.appointments.plan(plan).value
    assert planned
    laptop.close()
    office.close()
    return _morning(folder, person)


def copied(fresh: Morning, folder: Path) -> Morning:
    """Return the same laptop elsewhere, with empty folders around it."""
    shutil.copytree(fresh.folder, folder)
    morning = _morning(folder, fresh.person)
    for made in (*morning.outside, morning.chosen):
        made.mkdir(parents=True, exist_ok=True)
    return morning


def live(morning: Morning, acts: list[str], end: str) -> list[str]:
    """Do these things and end so; return what was found outside the vault."""
    trace = morning.folder / "trace"
    program = RealProgram(
        morning.folder / "home", tracer(trace), morning.environment, cwd=morning.outside[1]
    )
    titles: set[str] = set()
    try:
        here = _unlocked(program.next_process())
        for act in acts:
            here = _act(program, here, morning, act)
            titles |= set(here.ask("look")["titles"])
        _end(program, here, end)
    finally:
        program.close()
    found = leaks_in_files(morning.outside, morning.canaries)
    kept = {name: morning.canaries[name] for name in ("what was typed", "the passphrase")}
    found += leaks_in_files([morning.chosen], kept)
    found += [f"{name} was left by a crash" for name in cores([morning.folder])]
    found += [f"a window is called {title}" for title in titles - {"Coffre", ""}]
    if trace.exists():
        found += leaks_in_trace(trace, morning.canaries, program.port)
    return found


def _act(program: RealProgram, here: Process, morning: Morning, act: str) -> Process:
    if act == "lock":
        here.tell("lock")
        following = program.next_process()
        following.until(lambda seen: bool(seen["is_visible"]))
        return _unlocked(following)
    if act in _EXPORTS:
        path = morning.chosen / act
        here.ask("export", what=act, path=str(path))
        here.until(lambda _: path.exists())
        return here
    if act in ("type", "copy", "leak"):
        here.ask("meet", person=morning.person)
        here.until(lambda _: bool(here.ask("can_type")))
    plain: dict[str, Callable[[], object]] = {
        "type": lambda: here.ask("type", text=morning.canaries["what was typed"]),
        "copy": lambda: here.ask("copy"),
        "search": lambda: here.ask("search", text=morning.canaries["a name"]),
        "leak": lambda: here.ask("leak", path=str(morning.outside[1] / "draft")),
    }
    plain[act]()
    return here


def _unlocked(process: Process) -> Process:
    process.until(lambda seen: seen["window"] == "LockView" and seen["is_visible"])
    process.ask("unlock", passphrase=PASSPHRASE)
    process.until(lambda seen: seen["window"] == "MainWindow")
    return process


def _end(program: RealProgram, here: Process, end: str) -> None:
    if end == "kill":
        here.kill()
    else:
        here.tell(end)
    here.wait_for_its_end()


def _morning(folder: Path, person: PersonId) -> Morning:
    return Morning(
        folder,
        person,
        {
            "what was typed": "Canaribleu chante au fond du couloir",
            "a name": "Zorglubine",
            "the passphrase": PASSPHRASE,
        },
    )
