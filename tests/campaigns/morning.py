"""A laptop whose persons have names found nowhere else, the program on it, and what it let out."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.services.appointments import Plan
from desktop.services.persons import NewPerson
from protocol.ids import AppointmentId, FollowUpId, PersonId
from protocol.kinds.agenda import Motive
from protocol.kinds.people import Job
from tests.support.fleet import PASSPHRASE, enrolled
from tests.support.laptop import MELLE, TurnedClock, seed_small
from tests.support.leaks import Canaries, cores, leaks_in_files, leaks_in_pdfs, leaks_in_trace
from tests.support.office import Office, Premises
from tests.support.real_program import Process, RealProgram

EXPORTS = ("agenda.ics", "agenda.pdf", "tour.pdf", "handout.pdf")
LET_OUT = "let-out"
"""Files of the controls have this in their names."""


@dataclass(frozen=True)
class Morning:
    """A laptop, and what must not be found beside it."""

    folder: Path
    person: PersonId
    follow_up: FollowUpId
    """Finished: its sheet can be handed out."""
    canaries: dict[str, str]
    keys: dict[str, bytes] = field(default_factory=dict)

    @property
    def secrets(self) -> Canaries:
        """Words, and keys where they are known."""
        return {**self.canaries, **self.keys}

    @property
    def outside(self) -> list[Path]:
        """All the folders a program may write in, but the vault and what somebody chose."""
        return [self.folder / name for name in ("user", "tmp", "runtime", "home/settings")]

    @property
    def chosen(self) -> Path:
        """Where exports are asked for."""
        return self.folder / "chosen"

    @property
    def handed(self) -> Path:
        """Where sheets without a name are asked for: a file, a printer's spool."""
        return self.folder / "handed"

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
    met = replace(laptop.desk.follow_ups.begin(person), for_person="Pensez au courrier.")
    laptop.desk.follow_ups.finish(met)
    plan = Plan(person, clock.now() + timedelta(minutes=1), 30, None, Motive.PSY_CONSULTATION)
    planned: AppointmentId = laptop.desk.appointments.plan(plan).value
    assert planned
    laptop.close()
    office.close()
    return _morning(folder, person, met.target)


def copied(fresh: Morning, folder: Path) -> Morning:
    """Return the same laptop elsewhere, with empty folders around it."""
    shutil.copytree(fresh.folder, folder)
    morning = _morning(folder, fresh.person, fresh.follow_up)
    for made in (*morning.outside, morning.chosen, morning.handed):
        made.mkdir(parents=True, exist_ok=True)
    return morning


def left_outside(morning: Morning, port: int, titles: set[str]) -> list[str]:
    """Return what was found outside the vault, once the program has ended."""
    trace = morning.folder / "trace"
    found = leaks_in_files([*morning.outside, morning.handed], morning.secrets)
    kept = {name: morning.canaries[name] for name in ("what was typed", "the passphrase")}
    found += leaks_in_files([morning.chosen], kept)
    found += leaks_in_pdfs(morning.chosen, kept, morning.canaries)
    for folder in (morning.handed, *morning.outside):
        found += leaks_in_pdfs(folder, morning.canaries, {})
    found += [f"{name} was left by a crash" for name in cores([morning.folder])]
    found += [f"a window is called {title}" for title in titles - {"Coffre", "", "Imprimer"}]
    if trace.exists():
        found += leaks_in_trace(trace, morning.secrets, port)
    return found


def act_so(program: RealProgram, here: Process, morning: Morning, act: str) -> Process:
    """Do one thing; return the process that is there afterwards."""
    if act == "lock":
        here.tell("lock")
        following = program.next_process()
        following.until(lambda seen: bool(seen["is_visible"]))
        return unlocked(following)
    if act in EXPORTS:
        path = (morning.handed if act == "handout.pdf" else morning.chosen) / act
        here.ask("export", what=act, path=str(path), follow_up=morning.follow_up)
        here.until(lambda _: path.exists())
        return here
    if act in ("type", "copy", "let out"):
        here.ask("meet", person=morning.person)
        here.until(lambda _: bool(here.ask("can_type")))
    aside, spool = morning.outside[1], morning.handed / "spool.pdf"
    plain: dict[str, Callable[[], object]] = {
        "type": lambda: here.ask("type", text=morning.canaries["what was typed"]),
        "copy": lambda: here.ask("copy"),
        "search": lambda: here.ask("search", text=morning.canaries["a name"]),
        "print": lambda: here.ask("print", path=str(spool), follow_up=morning.follow_up),
        "let out": lambda: [
            here.ask("leak", path=str(aside / LET_OUT)),
            here.ask("leak_pdf", path=str(aside / f"{LET_OUT}.pdf")),
        ],
    }
    plain[act]()
    if act == "type":
        here.until(lambda _: morning.canaries["what was typed"] in here.ask("typed"))
    if act == "print":
        here.until(lambda _: spool.exists() and b"%%EOF" in spool.read_bytes())
    return here


def unlocked(process: Process) -> Process:
    """Type the passphrase and wait for the day."""
    process.until(lambda seen: seen["window"] == "LockView" and seen["is_visible"])
    process.ask("unlock", passphrase=PASSPHRASE)
    process.until(lambda seen: seen["window"] == "MainWindow")
    return process


def end_so(here: Process, end: str) -> None:
    """Close the window, crash, or be killed."""
    if end == "kill":
        here.kill()
    else:
        here.tell(end)
    here.wait_for_its_end()


def _morning(folder: Path, person: PersonId, follow_up: FollowUpId) -> Morning:
    return Morning(
        folder,
        person,
        follow_up,
        {
            "what was typed": "Canaribleu chante au fond du couloir",
            "a name": "Zorglubine",
            "the passphrase": PASSPHRASE,
        },
    )
