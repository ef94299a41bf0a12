"""Follows the real program through pieces of a morning: no word of it is found outside the vault.

Typing, searching, copying, printing, handing out, exporting a calendar, locking; then the window is
closed, or the program crashes, or is killed. All that its processes write is told by strace where
there is one; the files of a home, a temporary folder and a runtime folder of its own are read in
any case, and PDFs are opened. On a screen of X11, another program looks at the clipboard. The
controls write what is typed into a temporary file, and draw it on a PDF.
"""

import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.services.appointments import Plan
from desktop.services.persons import NewPerson
from desktop.ui.window_hygiene import CLEAR_AFTER_S
from protocol.ids import AppointmentId, FollowUpId, PersonId
from protocol.kinds.agenda import Motive
from protocol.kinds.people import Job
from tests.campaigns.tally import Effort, Tally
from tests.support.fleet import PASSPHRASE, enrolled
from tests.support.laptop import MELLE, TurnedClock, seed_small
from tests.support.leaks import cores, leaks_in_files, leaks_in_pdfs, leaks_in_trace, tracer
from tests.support.office import Office, Premises
from tests.support.real_program import Process, RealProgram
from tests.support.screen import Copied, look_at_clipboard, screen, why_no_screen

CASES = {Effort.SHORT: 1, Effort.NORMAL: 12, Effort.LONG: 100}
_EXPORTS = ("agenda.ics", "agenda.pdf", "tour.pdf", "handout.pdf")
_ACTS = ("type", "search", "copy", "lock", "print", *_EXPORTS)
_TOO_LONG = ("agenda.pdf", "handout.pdf")
"""What is drawn as another act draws it: left out when short."""
_ENDS = ("close", "crash", "kill")
_LET_OUT = "let-out"
"""Files of the controls have this in their names."""
_HINT = "x-kde-passwordManagerHint"


@dataclass(frozen=True)
class Morning:
    """A laptop, and what must not be found beside it."""

    folder: Path
    person: PersonId
    follow_up: FollowUpId
    """Finished: its sheet can be handed out."""
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


def run(
    effort: Effort, seed: int, folder: Path, premises: Premises, *, cases: int | None = None
) -> Tally:
    """Live so many pieces of mornings; in the first one, words are let out on purpose."""
    chance = random.Random(seed)
    tally = Tally("leaks", seed)
    fresh = prepare(folder / "fresh", premises)
    for case in range(CASES[effort] if cases is None else cases):
        acts = [act for act in _ACTS if effort is not Effort.SHORT or act not in _TOO_LONG]
        if effort is not Effort.SHORT:
            chance.shuffle(acts)
        end = _ENDS[1] if effort is Effort.SHORT else chance.choice(_ENDS)
        morning = copied(fresh, folder / f"case-{case}")
        if case == 0:
            found = live(morning, ["type", "let out", *acts], end)
            _judge(tally, found)
            found = [leak for leak in found if _LET_OUT not in leak]
        else:
            found = live(morning, acts, end)
        tally.add(f"{' '.join(acts)} {end}", found)
        shutil.rmtree(morning.folder)
    if not tracer(folder):
        tally.notes.append("no strace here: only files that stay were read")
    if reason := why_no_screen():
        tally.notes.append(f"no clipboard was looked at: {reason}")
    else:
        _on_a_screen(tally, copied(fresh, folder / "screen"), waits=effort is not Effort.SHORT)
    return tally


def _judge(tally: Tally, found: list[str]) -> None:
    """Tell whether what was let out on purpose was found."""
    words = [leak for leak in found if _LET_OUT in leak and ".pdf" not in leak]
    drawn = [leak for leak in found if f"on a page of {_LET_OUT}.pdf" in leak]
    tally.controls["what is typed goes through a temporary file"] = bool(words)
    tally.controls["what is typed is drawn on a page"] = bool(drawn)


def _on_a_screen(tally: Tally, morning: Morning, *, waits: bool) -> None:
    """Copy; another program sees it, is asked to look away, and finds nothing after the lock."""
    typed = morning.canaries["what was typed"]
    with screen() as shown:
        program = RealProgram(
            morning.folder / "home", (), {**morning.environment, **shown}, morning.outside[1]
        )
        try:
            here = _unlocked(program.next_process())
            for act in ("type", "copy"):
                here = _act(program, here, morning, act)
            seen = look_at_clipboard(shown)
            tally.controls["another program sees what is copied"] = typed in seen.text
            hidden = [] if _HINT in seen.formats else ["histories are not asked to look away"]
            here = _act(program, here, morning, "lock")
            found = _still_there(look_at_clipboard(shown), typed, "after the lock")
            if waits:
                _act(program, here, morning, "copy")
                time.sleep(CLEAR_AFTER_S + 1)
                found += _still_there(look_at_clipboard(shown), typed, "after half a minute")
            tally.add("copy, on a screen", [*hidden, *found])
        finally:
            program.close()


def _still_there(seen: Copied, typed: str, when: str) -> list[str]:
    found = [f"{when}, what was copied can be pasted"] if typed in seen.text else []
    return found + ([f"{when}, the selection can be pasted"] if typed in seen.selection else [])


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
    found += leaks_in_files([morning.handed], morning.canaries)
    kept = {name: morning.canaries[name] for name in ("what was typed", "the passphrase")}
    found += leaks_in_files([morning.chosen], kept)
    found += leaks_in_pdfs(morning.chosen, kept, morning.canaries)
    for folder in (morning.handed, *morning.outside):
        found += leaks_in_pdfs(folder, morning.canaries, {})
    found += [f"{name} was left by a crash" for name in cores([morning.folder])]
    found += [f"a window is called {title}" for title in titles - {"Coffre", "", "Imprimer"}]
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
            here.ask("leak", path=str(aside / _LET_OUT)),
            here.ask("leak_pdf", path=str(aside / f"{_LET_OUT}.pdf")),
        ],
    }
    plain[act]()
    if act == "print":
        here.until(lambda _: spool.exists() and b"%%EOF" in spool.read_bytes())
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
