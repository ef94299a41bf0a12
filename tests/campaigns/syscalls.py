"""Kills, or refuses with « full » or « failed », at one system call after the other.

Eight scenes: a first run, saves, a passphrase that changes, a side file that is emptied, a repair,
a copy, what a laptop sends and what it is sent; and a ninth, a repair that looks for rows page by
page. Whatever happened at whichever call, the vault opens again, what was acknowledged is there,
whole, nobody is told that something is missing when nothing is, and office and laptop agree.
"""

import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from desktop.app.backups import backups_of
from desktop.crypto import vault as vaults
from desktop.crypto.errors import CryptoError
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.services.vault_access import Found
from desktop.services.vault_repair import repair
from desktop.store.errors import BrokenSnapshot, StoreError
from desktop.store.pages import PAGE_BYTES
from desktop.store.put_back import PutBacks
from tests.campaigns.field_laptop import faults, prepared
from tests.campaigns.gate import Said, Work, why_no_gate
from tests.campaigns.known_vault import KnownVault, least_derivation
from tests.campaigns.shares import Part, Play, share_out
from tests.campaigns.struck import Scene, Stage, Strike, strikes
from tests.campaigns.struck_exchange import Exchange
from tests.campaigns.tally import Effort, Tally
from tests.support.fleet import PASSPHRASE, access, place_of
from tests.support.laptop import TurnedClock
from tests.support.office import Premises

STEPS = {Effort.SHORT: 0, Effort.NORMAL: 3, Effort.LONG: 1}
"""Of how many calls one is struck; at the shortest, or when so many are asked, a few of them."""
_SHORT_POINTS = {"save": 3, "sent": 1, "received": 1}
_PAGE_BY_PAGE = "repair, page by page"
_ALONE = ("save", "settle", "first run", "header", "repair", _PAGE_BY_PAGE, "copy")
_WITH_AN_OFFICE = ("received", "sent")
_SHARE, _SHARE_OF_EXCHANGES = 30, 250
"""Strikes that a process makes before it is asked for more; an office takes its time to start."""
_NEW = "une autre phrase de sept mots que celle-là"
_REFUSALS = (StoreError, CryptoError, OSError)


def save(folder: str, key: str, line: Connection) -> None:
    """Autosave and finish; say each once it is acknowledged."""
    known = KnownVault(Path(folder), bytes.fromhex(key))
    try:
        laptop = known.unlock(known.folder)
    except _REFUSALS:
        return
    for number in (500, 501):
        form = laptop.meeting(laptop.persons()[number % 5], number)
        try:
            laptop.desk.follow_ups.autosave(form)
            laptop.desk.follow_ups.finish(form)
            line.send((str(form.target), number))  # a line that is refused: nobody heard it
        except _REFUSALS:
            continue
    _close(laptop)


def save_early(folder: str, key: str, line: Connection) -> None:
    """The fault that must be seen: acknowledged before the commit; killed in between."""
    laptop = KnownVault(Path(folder), bytes.fromhex(key)).unlock(Path(folder))
    form = laptop.meeting(laptop.persons()[0], 500)
    with laptop.session.workplace.store.database.transaction():
        laptop.desk.follow_ups.finish(form)
        line.send((str(form.target), 500))
        os.kill(os.getpid(), signal.SIGKILL)


def settle(folder: str, key: str, line: Connection) -> None:
    """Save, then empty the side file and make the reserve."""
    known = KnownVault(Path(folder), bytes.fromhex(key))
    try:
        laptop = known.unlock(known.folder)
        form = laptop.meeting(laptop.persons()[0], 600)
        laptop.desk.follow_ups.finish(form)
        line.send((str(form.target), 600))
        keeping = laptop.session.unlocked.keeping
        assert keeping is not None
        keeping.settle()
        form = laptop.meeting(laptop.persons()[1], 601)
        laptop.desk.follow_ups.finish(form)
        line.send((str(form.target), 601))
    except _REFUSALS:
        return
    _close(laptop)


def first_run(folder: str, key: str, line: Connection) -> None:
    """Make a vault in an empty folder."""
    try:
        with least_derivation():
            unlocked, recovery = access(Path(folder)).create(PASSPHRASE)
            line.send(("created", 0))
            access(Path(folder)).confirm_recovery_key(unlocked, " ".join(recovery.words()))
        unlocked.close()
    except _REFUSALS:
        return


def header(folder: str, key: str, line: Connection) -> None:
    """Change the passphrase."""
    files = place_of(Path(folder)).files
    try:
        with least_derivation():
            vault = vaults.open_vault(files, PASSPHRASE)
            vaults.change_passphrase(files, vault, _NEW, SystemRandom(), FLOOR)
        line.send(("changed", 0))
    except _REFUSALS:
        return


def mend(folder: str, key: str, line: Connection) -> None:
    """Repair a vault of which a page is spoilt."""
    place, known = place_of(Path(folder)), KnownVault(Path(folder), bytes.fromhex(key))
    try:
        source = known.source(known.folder)
        repair(place.files, place.database, [source], TurnedClock(), _unheard)
        line.send(("repaired", 0))
    except _REFUSALS:
        return


def copy(folder: str, key: str, line: Connection) -> None:
    """Save, then make a copy of the day."""
    known = KnownVault(Path(folder), bytes.fromhex(key))
    try:
        laptop = known.unlock(known.folder)
        form = laptop.meeting(laptop.persons()[0], 700)
        laptop.desk.follow_ups.finish(form)
        line.send((str(form.target), 700))
        backups_of(laptop.session).snapshots.make()
        line.send(("copied", 0))
    except _REFUSALS:
        return
    _close(laptop)


@dataclass(frozen=True)
class _Alone:
    """A scene of one laptop without a network."""

    name: str
    work: Work
    known: KnownVault
    find: Callable[[KnownVault, Path, Sequence[Said]], list[str]]
    before: Callable[[KnownVault, Path], object] = KnownVault.copy

    @property
    def key(self) -> bytes:
        return self.known.key

    def prepare(self, vault: Path) -> None:
        self.before(self.known, vault)

    def look(self, vault: Path, said: Sequence[Said]) -> list[str]:
        return self.find(self.known, vault, said)


def _scenes(known: KnownVault) -> tuple[_Alone, ...]:
    return (
        _Alone("save", save, known, _held),
        _Alone("settle", settle, known, _held),
        _Alone("first run", first_run, known, _first_run_faults, _empty),
        _Alone("header", header, known, _header_faults),
        _Alone("repair", mend, known, _mended, _index_spoilt),
        _Alone(_PAGE_BY_PAGE, mend, known, _mended, _spoilt),
        _Alone("copy", copy, known, _copied),
    )


def _empty(_: KnownVault, vault: Path) -> None:
    vault.mkdir()


def _index_spoilt(known: KnownVault, vault: Path) -> None:
    """Each row is read past what is spoilt."""
    tables = known.tables(known.folder)
    assert tables is not None
    page = next(it.page for it in tables if it.name == "outbox_by_record")
    _spoilt(known, vault, (page - 1) * PAGE_BYTES + PAGE_BYTES // 2)


def _spoilt(known: KnownVault, vault: Path, at: int = -5_000) -> None:
    """By default among rows, which are then looked for page by page."""
    known.copy(vault)
    content = bytearray((vault / "coffre.db").read_bytes())
    content[at] ^= 1
    (vault / "coffre.db").write_bytes(content)


def run(
    effort: Effort, seed: int, folder: Path, premises: Premises, *, cases: int | None = None
) -> Tally:
    """Strike at one call after the other; then see that known faults are seen."""
    tally = Tally("syscalls", seed)
    if reason := why_no_gate():
        tally.notes.append(f"not tried: {reason}")
        return tally
    is_short = effort is Effort.SHORT
    with nullcontext() if is_short else least_derivation():
        known = KnownVault.of(prepared(folder / "vault"))
        exchange = Exchange.between(premises, folder / "exchange")
        early = _Alone("saves acknowledged before the commit", save_early, known, _held)
        controls: tuple[Scene, ...] = (early, *exchange.known_faults())
        stage = Stage(folder, (*_scenes(known), *exchange.scenes(), *controls))
        alone, sent = _wanted(tally, stage, effort, cases)
        if is_short:
            tally.take(stage.play([*alone, *sent]))
        else:
            _share(tally, partial(_strike_alone, known, alone), len(alone), _SHARE, folder)
            _share(tally, partial(_strike_sent, sent), len(sent), _SHARE_OF_EXCHANGES, folder)
        for control in controls:
            tally.controls[control.name] = bool(stage.rehearse(control.name))
        exchange.close()
    return tally


def _wanted(
    tally: Tally, stage: Stage, effort: Effort, cases: int | None
) -> tuple[list[Strike], list[Strike]]:
    """Return all strikes, in any order: of a laptop alone, of one that has an office."""
    chance = random.Random(tally.seed)
    wanted: tuple[list[Strike], list[Strike]] = ([], [])
    for name in _SHORT_POINTS if effort is Effort.SHORT else (*_ALONE, *_WITH_AN_OFFICE):
        total = stage.count(name)
        few = cases or (_SHORT_POINTS[name] if effort is Effort.SHORT else 0)
        found = list(strikes(name, total, chance, step=STEPS[effort], few=few))
        tally.notes.append(f"{name}: {total} calls, {len(found)} strikes")
        wanted[name in _WITH_AN_OFFICE].extend(found)
    for some in wanted:
        chance.shuffle(some)
    return wanted


def _share(tally: Tally, play: Play, cases: int, share: int, folder: Path) -> None:
    began = time.monotonic()
    part = share_out(play, cases, share, folder)
    tally.take(part)
    tally.notes += [f"{many} {what}" for what, many in part.counts.items()]
    tally.notes.append(f"{cases} strikes in {time.monotonic() - began:.0f} s")


def _strike_alone(known: KnownVault, wanted: list[Strike], cases: range, folder: Path) -> Part:
    with least_derivation():
        return Stage(folder, _scenes(known)).play(wanted[cases.start : cases.stop])


def _strike_sent(wanted: list[Strike], cases: range, folder: Path) -> Part:
    """The same, with an office of its own."""
    with least_derivation():
        premises = Premises.start(folder)
        exchange = Exchange.between(premises, folder / "exchange")
        try:
            return Stage(folder, exchange.scenes()).play(wanted[cases.start : cases.stop])
        finally:
            exchange.close()
            premises.close()


# -- what is left ----------------------------------------------------------------------------------


def _held(known: KnownVault, vault: Path, said: Sequence[Said]) -> list[str]:
    """What was acknowledged is there, and nobody is told that something is missing."""
    acknowledged = {str(target): int(str(number)) for target, number in said if number}
    try:
        laptop = known.unlock(vault)
    except (*_REFUSALS, LookupError) as failure:
        return [f"the vault does not open: {type(failure).__name__}"]
    try:
        found = faults(laptop, acknowledged)
        told = PutBacks(laptop.session.workplace.store).current()
        if told is not None:
            found.append(f"told that something is missing ({told.witness})")
    except StoreError as failure:
        found = [f"the vault does not read: {type(failure).__name__}"]
    laptop.close()
    return found


def _copied(known: KnownVault, vault: Path, said: Sequence[Said]) -> list[str]:
    """The same, and a copy that was acknowledged is whole; after one that was not, one is made."""
    found = _held(known, vault, said)
    if found:
        return found
    laptop = known.unlock(vault)
    backups = backups_of(laptop.session)
    try:
        if ("copied", 0) in said and not backups.snapshots.all():
            found.append("a copy that was acknowledged is gone")
        backups.snapshots.make()
        for snapshot in backups.snapshots.all():
            backups.restoring.compare(snapshot)
    except (StoreError, BrokenSnapshot) as failure:
        found.append(f"a copy is not whole: {type(failure).__name__}")
    laptop.close()
    return found


def _mended(known: KnownVault, vault: Path, said: Sequence[Said]) -> list[str]:
    if not said:
        try:
            _finish_repair(known, vault)
        except (*_REFUSALS, LookupError) as failure:
            return [f"the vault does not open: {type(failure).__name__}"]
    return _held(known, vault, said)


def _finish_repair(known: KnownVault, vault: Path) -> None:
    """What somebody does whose repair was cut: the next opening, and the repair again."""
    try:
        unlocked = known.open(vault)
    except StoreError:
        mend_quietly(known, vault)
        return
    is_damaged = unlocked.keeping is not None and any(unlocked.keeping.damaged_pages())
    unlocked.close()
    if is_damaged:
        mend_quietly(known, vault)


def mend_quietly(known: KnownVault, vault: Path) -> None:
    """Repair, here."""
    place = place_of(vault)
    repair(place.files, place.database, [known.source(vault)], TurnedClock(), _unheard)


def _first_run_faults(_: KnownVault, vault: Path, said: Sequence[Said]) -> list[str]:
    way_in = access(vault)
    standing = way_in.look()
    if standing is Found.NOTHING:
        return ["a vault that was made is gone"] if said else []
    if standing in (Found.DAMAGED, Found.NEWER):
        return [f"a first run that was cut leaves a vault that is {standing}"]
    try:
        way_in.open(PASSPHRASE).close()
    except _REFUSALS as failure:
        return [f"a first run that was cut cannot go on: {type(failure).__name__}"]
    return []


def _header_faults(_: KnownVault, vault: Path, said: Sequence[Said]) -> list[str]:
    opens = []
    for passphrase in (PASSPHRASE, _NEW):
        try:
            access(vault).open(passphrase).close()
            opens.append(passphrase)
        except CryptoError:
            continue
        except StoreError as failure:
            return [f"the vault does not open: {type(failure).__name__}"]
    if said and opens != [_NEW]:
        return ["a change of passphrase that was acknowledged is lost"]
    return [] if len(opens) == 1 else [f"{len(opens)} passphrases open"]


def _close(laptop: object) -> None:
    try:
        laptop.close()  # type: ignore[attr-defined]  # a laptop in the field
    except _REFUSALS:
        return


def _unheard(done: int, of: int) -> None:
    """Nobody waits."""
