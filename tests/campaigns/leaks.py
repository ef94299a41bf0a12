"""Follows the real program through pieces of a morning: no word of it is found outside the vault.

Typing, searching, copying, printing, handing out, exporting a calendar, locking; then the window is
closed, or the program crashes, or is killed. All that its processes write is told by strace where
there is one; the files of a home, a temporary folder and a runtime folder of its own are read in
any case, and PDFs are opened. On a screen of X11, another program looks at the clipboard. Where
there is a Secret Service, a short code is chosen and opens. The controls write what is typed into
a temporary file, and draw it on a PDF.
"""

import random
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from desktop.ui.window_hygiene import CLEAR_AFTER_S
from tests.campaigns.leaks_with_a_code import mornings_with_a_code
from tests.campaigns.morning import (
    EXPORTS,
    LET_OUT,
    Morning,
    act_so,
    copied,
    end_so,
    left_outside,
    prepare,
    unlocked,
)
from tests.campaigns.tally import Effort, Tally
from tests.support.leaks import tracer
from tests.support.office import Premises
from tests.support.real_program import RealProgram
from tests.support.screen import Copied, look_at_clipboard, screen, why_no_screen

CASES = {Effort.SHORT: 1, Effort.NORMAL: 12, Effort.LONG: 100}
_ACTS = ("type", "search", "copy", "lock", "print", *EXPORTS)
_TOO_LONG = ("agenda.pdf", "handout.pdf")
"""What is drawn as another act draws it: left out when short."""
_ENDS = ("close", "crash", "kill")
_LOOKS = 20
"""At the clipboard, for a copy that is expected there; each takes a fraction of a second."""
_HINT = "x-kde-passwordManagerHint"


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
            found = [leak for leak in found if LET_OUT not in leak]
        else:
            found = live(morning, acts, end)
        tally.add(f"{' '.join(acts)} {end}", found)
        shutil.rmtree(morning.folder)
    if not tracer(folder):
        tally.notes.append("no strace here: only files that stay were read")
    if effort is not Effort.SHORT:
        mornings_with_a_code(tally, fresh, folder)
    if reason := why_no_screen():
        tally.notes.append(f"no clipboard was looked at: {reason}")
    else:
        _on_a_screen(tally, copied(fresh, folder / "screen"), waits=effort is not Effort.SHORT)
    return tally


def _judge(tally: Tally, found: list[str]) -> None:
    """Tell whether what was let out on purpose was found."""
    words = [leak for leak in found if LET_OUT in leak and ".pdf" not in leak]
    drawn = [leak for leak in found if f"on a page of {LET_OUT}.pdf" in leak]
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
            here = unlocked(program.next_process())
            for act in ("type", "copy"):
                here = act_so(program, here, morning, act)
            seen = _once_copied(shown, typed)
            tally.controls["another program sees what is copied"] = typed in seen.text
            hidden = [] if _HINT in seen.formats else ["histories are not asked to look away"]
            here = act_so(program, here, morning, "lock")
            found = _still_there(look_at_clipboard(shown), typed, "after the lock")
            if waits:
                act_so(program, here, morning, "copy")
                time.sleep(CLEAR_AFTER_S + 1)
                found += _still_there(look_at_clipboard(shown), typed, "after half a minute")
            tally.add("copy, on a screen", [*hidden, *found])
        finally:
            program.close()


def _once_copied(shown: Mapping[str, str], typed: str) -> Copied:
    """Look until it is there: a screen under load hears of a copy when it has the time."""
    seen = look_at_clipboard(shown)
    for _ in range(_LOOKS):
        if typed in seen.text:
            break
        seen = look_at_clipboard(shown)
    return seen


def _still_there(seen: Copied, typed: str, when: str) -> list[str]:
    found = [f"{when}, what was copied can be pasted"] if typed in seen.text else []
    return found + ([f"{when}, the selection can be pasted"] if typed in seen.selection else [])


def live(morning: Morning, acts: list[str], end: str) -> list[str]:
    """Do these things and end so; return what was found outside the vault."""
    trace = morning.folder / "trace"
    program = RealProgram(
        morning.folder / "home", tracer(trace), morning.environment, cwd=morning.outside[1]
    )
    titles: set[str] = set()
    try:
        here = unlocked(program.next_process())
        for act in acts:
            here = act_so(program, here, morning, act)
            titles |= set(here.ask("look")["titles"])
        end_so(here, end)
    finally:
        program.close()
    return left_outside(morning, program.port, titles)
