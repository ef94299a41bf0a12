"""Kills the upgrade of a vault of 500 MB before each of its steps, then cuts the power there.

The vault is built once and never copied: an upgrade works beside it, so that each case begins with
another name for the same file, and an old vault that is that very file is as it was. What is of the
new version is read from end to end.

Between its steps, an upgrade of a small vault of each version kept is killed, or refused with
« full » or « failed », at every system call that changes a file; and states are made that a power
cut there could have left.
"""

import os
import random
from dataclasses import replace
from functools import partial
from pathlib import Path

from desktop.store.store import Store
from desktop.store.upgrade import NEXT
from tests.campaigns.copies import KEY, STEPS, TOMORROW, Cut, _faults, _fill, cut_upgrade
from tests.campaigns.gate import Work, why_no_gate
from tests.campaigns.power import Morning
from tests.campaigns.power import play as cut_at
from tests.campaigns.shares import Part, share_out
from tests.campaigns.struck import Stage, strikes
from tests.campaigns.struck_upgrade import (
    Upgrade,
    as_kept,
    is_seen,
    play,
    upgrade_in_place,
    upgrade_told,
    upgrade_unsynced,
    upgrades,
)
from tests.campaigns.tally import Effort, Tally
from tests.campaigns.traced import why_not

MEGABYTES = {Effort.SHORT: 1, Effort.NORMAL: 100, Effort.LONG: 500}
_FEW = {Effort.SHORT: 4}
"""Calls of each small vault that are struck; all of them at length."""
_SHARE = 40
STATES = {Effort.SHORT: 12, Effort.NORMAL: 400, Effort.LONG: 3_000}
"""That a power cut between two steps may leave."""
_CONTROL_STATES, _STATES_AT_ONCE = 60, 500
_CASES = tuple((step, cut) for step in STEPS for cut in Cut)
_CARELESS = (("sync folder", Cut.POWER),)
_TOLD = "pieces"
_PIECES = 'SELECT count(*), total(length("body")) FROM "piece"'


def run(effort: Effort, seed: int, folder: Path, *, cases: int | None = None) -> Tally:
    """Try each step; then see that a swap that was not synced is seen. ``cases``: megabytes."""
    tally = Tally("migration", seed)
    fresh = folder / "fresh"
    _fill(fresh, MEGABYTES[effort] if cases is None else cases)
    store = fresh / "coffre.db"
    opened = Store.open(store, KEY, TOMORROW[:-1])
    count, size = opened.database.row(_PIECES) or (0, 0)
    opened.close()
    (fresh / _TOLD).write_text(f"{count} {size}", encoding="ascii")
    before = (store.stat().st_size, store.stat().st_mtime_ns)
    tally.notes.append(f"a vault of {before[0] / 1e6:.1f} MB")
    tally.take(share_out(partial(_play, fresh, _CASES, False), len(_CASES), 1, folder))
    if (store.stat().st_size, store.stat().st_mtime_ns) != before:
        tally.add("the old vault", ["an upgrade wrote in it"])
    careless = share_out(partial(_play, fresh, _CARELESS, True), len(_CARELESS), 1, folder)
    tally.controls["swapped without a sync"] = any(found for _, found in careless.found)
    strike(tally, effort, folder)
    cut_power(tally, effort, folder)
    return tally


def strike(tally: Tally, effort: Effort, folder: Path) -> None:
    """Strike between the steps; then see that a vault written over is seen."""
    if reason := why_no_gate():
        tally.notes.append(f"nothing was struck between the steps: {reason}")
        return
    kept = as_kept()
    chance, scenes = random.Random(tally.seed), upgrades()
    careless = replace(scenes[-1], work=upgrade_in_place)
    stage = Stage(folder, [*scenes, careless])
    for scene in scenes:
        total = stage.count(scene.name)
        wanted = list(strikes(scene.name, total, chance, step=1, few=_FEW.get(effort, 0)))
        tally.notes.append(f"{scene.name}: {total} calls, {len(wanted)} strikes")
        share = len(wanted) if effort is Effort.SHORT else _SHARE
        part = share_out(partial(play, [scene], wanted), len(wanted), share, folder)
        tally.take(part)
        tally.notes += [f"{many} {what}" for what, many in part.counts.items()]
    tally.controls["written over the old vault"] = is_seen(stage, careless)
    if as_kept() != kept:
        tally.add("the vaults that are kept", ["somebody wrote in them"])


def cut_power(tally: Tally, effort: Effort, folder: Path) -> None:
    """Cut the power between the steps; then see that an upgrade that does not sync is seen."""
    if reason := why_not():
        tally.notes.append(f"no power was cut between the steps: {reason}")
        return
    for scene in upgrades():
        states, instants = _power_cuts(scene, upgrade_told, STATES[effort], tally.seed, folder)
        tally.take(states)
        told = f"{instants} instants, {states.counts.get('different states', 0)} different states"
        tally.notes.append(f"power cuts of {scene.name}: {told}")
        careless, _ = _power_cuts(scene, upgrade_unsynced, _CONTROL_STATES, tally.seed, folder)
        tally.controls["the power cut of what was not synced"] = any(it for _, it in careless.found)


def _power_cuts(
    scene: Upgrade, doing: Work, many: int, seed: int, folder: Path
) -> tuple[Part, int]:
    place = folder / f"{doing.__name__} {scene.frozen.name}"
    morning = Morning.of(scene.prepare, doing, scene.key.hex(), scene.look_after_cut, place)
    wanted = morning.some(random.Random(seed), many)
    cuts = partial(cut_at, morning, wanted, seed)
    return share_out(cuts, len(wanted), _STATES_AT_ONCE, folder), len(morning.points)


def _play(
    fresh: Path, wanted: tuple[tuple[str, Cut], ...], is_careless: bool, cases: range, folder: Path
) -> Part:
    part = Part()
    for case in cases:
        step, cut = wanted[case]
        found = _cut(fresh, folder / "case", step, cut, is_careless=is_careless)
        part.found.append((f"{cut} at « {step} »", found))
    return part


def _cut(fresh: Path, folder: Path, step: str, cut: Cut, *, is_careless: bool) -> list[str]:
    folder.mkdir()
    path = folder / "coffre.db"
    os.link(fresh / path.name, path)
    if cut_upgrade(path, step, cut, is_careless=is_careless)[-1:] != [step]:
        return [f"« {step} » was never reached"]
    is_old = path.samefile(fresh / path.name)
    if is_old != (STEPS.index(step) <= STEPS.index("swap")):
        return ["neither the old vault nor the new one has its name"]
    if is_old and cut is Cut.POWER:
        # Killed there, the next opening goes on; half of the copy is one more thing it removes.
        return [] if _is_alone(folder) else ["something else was left in the folder"]
    return _faults(path) or _pieces_missing(fresh, path)


def _is_alone(folder: Path) -> bool:
    known = {"coffre.db", f"coffre.db{NEXT}", "coffre.db.before"}
    return {name.removesuffix("-wal").removesuffix("-shm") for name in os.listdir(folder)} <= known


def _pieces_missing(fresh: Path, path: Path) -> list[str]:
    store = Store.open(path, KEY, TOMORROW)
    count, size = store.database.row(_PIECES) or (0, 0)
    store.close()
    told = (fresh / _TOLD).read_text(encoding="ascii")
    return [] if told == f"{count} {size}" else [f"holds {count} pieces, {size} bytes, of {told}"]
