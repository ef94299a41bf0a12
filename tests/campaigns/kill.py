"""Kills a laptop at random instants while it saves: what it acknowledged is there, and whole."""

import multiprocessing
import random
import time
from dataclasses import replace
from enum import StrEnum
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.store.errors import StoreError
from protocol.ids import FollowUpId
from tests.campaigns.faulty import LateOutbox
from tests.campaigns.field_laptop import FieldLaptop, clinical, faults, prepared, summary
from tests.campaigns.known_vault import KnownVault
from tests.campaigns.shares import Part, share_out
from tests.campaigns.tally import Effort, Tally

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

CASES = {Effort.SHORT: 4, Effort.NORMAL: 150, Effort.LONG: 2_000}
_CONTROL_CASES = 60
_PATIENCE_S = 60.0
_SHARE = 25
"""Cases that one vault lives through: each looks at all that was acknowledged in it before."""
_LONGEST_OPENING_S = 0.25

_MOMENT_S = 0.1
"""How long a known fault stands open: a kill that comes then finds it at once."""


class Variant(StrEnum):
    """How the laptop saves."""

    REAL = "as the product does"
    EARLY = "acknowledged before the commit"
    APART = "outbox in a second transaction, a moment later"


class Instant(StrEnum):
    """When the kill comes."""

    OPENING = "while the vault opens"
    BETWEEN = "between two acknowledgements"
    AT_ONCE = "as soon as an acknowledgement is heard"


_INSTANTS = {
    Variant.REAL: tuple(Instant),
    Variant.EARLY: (Instant.AT_ONCE,),
    Variant.APART: (Instant.BETWEEN,),
}


def run(effort: Effort, seed: int, folder: Path, *, cases: int | None = None) -> Tally:
    """Kill and reopen one laptop again and again; then see that known faults are seen."""
    tally = Tally("kill", seed)
    known = KnownVault.of(prepared(folder / "vault"))
    part = share_out(partial(_play, known, seed), cases or CASES[effort], _SHARE, folder)
    tally.take(part)
    tally.notes.append(f"{part.counts.get('acknowledged', 0)} follow-ups acknowledged")
    tally.notes.append(f"slowest reopening {part.slowest_s:.2f} s, key derivation apart")
    chance = random.Random(seed)
    for variant in (Variant.EARLY, Variant.APART):
        broken = _Killed(known, known.copy(folder / variant.name), chance, variant)
        tally.controls[variant.value] = any(broken.kill_once() for _ in range(_CONTROL_CASES))
    return tally


def _play(known: KnownVault, seed: int, cases: range, folder: Path) -> Part:
    """Kill one laptop again and again."""
    chance, part = random.Random(f"{seed} {cases.start}"), Part()
    laptop = _Killed(known, known.copy(folder / "real"), chance, Variant.REAL)
    for case in cases:
        part.found.append((f"kill {case}", laptop.kill_once()))
    part.count("acknowledged", len(laptop.acknowledged))
    part.slowest_s = laptop.slowest_s
    return part


class _Killed:
    """One vault, and what was acknowledged in it."""

    def __init__(
        self, known: KnownVault, folder: Path, chance: random.Random, variant: Variant
    ) -> None:
        self._launcher = _launcher()
        self._known = known
        self._folder = folder
        self._chance = chance
        self._variant = variant
        self._first = 0
        self.acknowledged: dict[str, int] = {}
        self.slowest_s = 0.0

    def kill_once(self) -> list[str]:
        """Let it work, kill it, open it again; return what is wrong then."""
        ours, theirs = self._launcher.Pipe(duplex=False)
        worker = self._launcher.Process(
            target=work_until_killed,
            args=(
                KnownVault(self._folder, self._known.key),
                *(self._first, self._chance.random(), self._variant, theirs),
            ),
        )
        worker.start()
        theirs.close()
        try:
            self._wait_for_the_instant(ours)
        finally:
            worker.kill()
            worker.join()
            worker.close()
        self._listen(ours)
        ours.close()
        self._first += 1_000
        return self._look()

    def _wait_for_the_instant(self, line: Connection) -> None:
        instant = self._chance.choice(_INSTANTS[self._variant])
        if instant is Instant.OPENING:
            time.sleep(self._chance.uniform(0, _LONGEST_OPENING_S))
            return
        gap_s = 0.0
        for _ in range(self._chance.randrange(3, 8)):
            began = time.monotonic()
            if not self._hear(line):
                raise ChildProcessError("the worker died by itself")
            gap_s = time.monotonic() - began
        if instant is Instant.BETWEEN:
            time.sleep(self._chance.uniform(0, gap_s))

    def _hear(self, line: Connection) -> bool:
        if not line.poll(_PATIENCE_S):
            raise TimeoutError("the worker says nothing")
        try:
            said = line.recv()
        except EOFError:
            return False
        if said is not None:
            target, number = said
            self.acknowledged[target] = number
        return True

    def _listen(self, line: Connection) -> None:
        """Hear what it still said before it died."""
        while line.poll() and self._hear(line):
            pass

    def _look(self) -> list[str]:
        began = time.monotonic()
        try:
            laptop = self._known.unlock(self._folder)
        except StoreError as failure:
            return [f"the vault does not open: {type(failure).__name__}"]
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        found = faults(laptop, self.acknowledged)
        laptop.close()
        return found


def work_until_killed(
    known: KnownVault, first: int, chance: float, variant: Variant, line: Connection
) -> None:
    """Save follow-ups, say each one once the service has returned; ends by a kill only."""
    laptop = known.unlock(known.folder)
    store = laptop.session.workplace.store
    late = LateOutbox.put_in(store) if variant is Variant.APART else None
    line.send(None)
    dice = random.Random(chance)
    for number in count(first):
        target = _typed(laptop, dice, number)
        if variant is Variant.EARLY:
            with store.database.transaction():
                said = _finish(laptop, target, number)
                line.send(said)
                time.sleep(_MOMENT_S)
            continue
        said = _finish(laptop, target, number)
        if late is not None:
            time.sleep(_MOMENT_S)
            late.catch_up()
        line.send(said)


def _typed(laptop: FieldLaptop, dice: random.Random, number: int) -> FollowUpId:
    """Type a new meeting or a correction, autosaved; return which."""
    follow_ups = laptop.desk.follow_ups
    person = dice.choice(laptop.persons())
    known = follow_ups.timeline(person, limit=3)
    if known and dice.random() < 0.3:
        form = follow_ups.open(dice.choice(known).id).form
        form = replace(form, summary=summary(number), clinical=clinical(number), next_at=None)
    else:
        form = laptop.meeting(person, number)
    follow_ups.autosave(form)
    return form.target


def _finish(laptop: FieldLaptop, target: FollowUpId, number: int) -> tuple[str, int]:
    """Finish what was typed, as the window does: from the draft."""
    laptop.desk.follow_ups.finish(laptop.desk.follow_ups.open(target).form)
    return str(target), number


def _launcher() -> "ForkServerContext | SpawnContext":
    """A server that forks, where there can be one: each worker then starts at once."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    # With what was started: each worker would else import all of it again.
    context.set_forkserver_preload(["__main__", "tests.campaigns.kill"])
    return context
