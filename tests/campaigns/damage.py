"""Damages the files of a vault in every way we know: each is told or harmless, and salvaged.

Pages that flip, vanish, change places or come back as they were; a file that is cut; a side file
removed, cut or altered; a header copy spoilt; a mark gone. Told means that somebody who opens the
vault is told, at the opening or by the check that follows it. Harmless means that every row is as
it was. After a repair, every row that is there is as it was, and of one bad page nearly all are.
"""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from desktop.crypto.errors import CryptoError
from desktop.services.vault_access import Unlocked
from desktop.services.vault_keeping import VaultKeeping
from desktop.services.vault_repair import repair
from desktop.store.database import EncryptedDatabase
from desktop.store.errors import StoreError
from desktop.store.pages import PAGE_BYTES
from desktop.store.put_back import PutBacks
from tests.campaigns.field_laptop import prepared
from tests.campaigns.known_vault import KnownVault
from tests.campaigns.shares import Part, share_out
from tests.campaigns.tally import Effort, Tally
from tests.support.fleet import place_of
from tests.support.laptop import TurnedClock

CASES = {Effort.SHORT: 7, Effort.NORMAL: 120, Effort.LONG: 1_000}
_MEETINGS = {Effort.SHORT: 16, Effort.NORMAL: 80, Effort.LONG: 120}
_DERIVED = frozenset({"name_word", "name_variant", "person_order", "person_word", "person_block"})
_ABOUT_ITSELF = frozenset(
    {"sync_state", "sync_journal", "keyring", "sqlite_sequence", "bucket_proof", "root_proof"}
)
_DB, _SIDE, _MARK = "coffre.db", "coffre.db-wal", "coffre.mark"
_LEAST_KEPT = 0.99
_TOLD = {"outbox": '"id", "kind", "rid", "bucket", "verb", "creates"'}
"""Of a change made again from its words, what it tells; not when it was typed."""
_CONTROL_CASES = 12
_SHARE = 2 * 17

Rows = dict[str, set[str]]


@dataclass(frozen=True)
class Scene:
    """One vault as it was last week, as it is, and as a kill leaves it."""

    known: KnownVault
    former: bytes
    killed: Path
    rows: Rows
    listing: list[int]
    """The pages that list the tables."""

    @classmethod
    def make(cls, folder: Path, effort: Effort) -> "Scene":
        """Work on a vault, close it, work on; keep what stands on the disk each time."""
        known = KnownVault.of(prepared(folder / "vault"))
        laptop = known.unlock(known.folder)
        for number in range(_MEETINGS[effort]):
            persons = laptop.persons()
            laptop.desk.follow_ups.finish(laptop.meeting(persons[number % len(persons)], number))
        laptop.close()
        former = (known.folder / _DB).read_bytes()
        laptop = known.unlock(known.folder)
        for number in range(900, 912):
            laptop.desk.follow_ups.finish(laptop.meeting(laptop.persons()[0], number))
        killed = known.copy(folder / "killed")
        laptop.close()
        unlocked = known.open(known.folder)
        rows = _rows(unlocked.store.database)
        unlocked.close()
        listing = known.listing_pages(known.folder, folder / "aside")
        return cls(known, former, killed, rows, listing)


@dataclass
class Case:
    """One harm done to one copy."""

    folder: Path
    chance: random.Random
    scene: Scene
    is_one_page: bool = False

    @property
    def content(self) -> bytearray:
        return bytearray((self.folder / _DB).read_bytes())

    def keep(self, content: bytes | bytearray) -> None:
        (self.folder / _DB).write_bytes(content)

    def page(self, content: bytes | bytearray) -> int:
        return self.chance.randrange(len(content) // PAGE_BYTES) * PAGE_BYTES


def _flip(case: Case) -> None:
    content = case.content
    at = case.chance.randrange(len(content))
    content[at] ^= 1 << case.chance.randrange(8)
    case.keep(content)
    case.is_one_page = True


def _zero(case: Case) -> None:
    content = case.content
    at = case.page(content)
    content[at : at + PAGE_BYTES] = bytes(PAGE_BYTES)
    case.keep(content)
    case.is_one_page = True


def _list_of_tables(case: Case) -> None:
    content = case.content
    at = (case.chance.choice(case.scene.listing) - 1) * PAGE_BYTES
    content[at + case.chance.randrange(PAGE_BYTES)] ^= 1 << case.chance.randrange(8)
    case.keep(content)
    case.is_one_page = True


def _cut(case: Case) -> None:
    content = case.content
    case.keep(content[: case.chance.randrange(len(content))])


def _cut_a_little(case: Case) -> None:
    content = case.content
    case.keep(content[: -case.chance.randrange(1, PAGE_BYTES)])
    case.is_one_page = True


def _swap(case: Case) -> None:
    content = case.content
    one, other = case.page(content), case.page(content)
    first = content[one : one + PAGE_BYTES]
    content[one : one + PAGE_BYTES] = content[other : other + PAGE_BYTES]
    content[other : other + PAGE_BYTES] = first
    case.keep(content)


def _replay(case: Case) -> None:
    content, former = case.content, case.scene.former
    changed = [
        at
        for at in range(0, len(former), PAGE_BYTES)
        if former[at : at + PAGE_BYTES] != content[at : at + PAGE_BYTES]
    ]
    at = case.chance.choice(changed)
    content[at : at + PAGE_BYTES] = former[at : at + PAGE_BYTES]
    case.keep(content)


def _put_back(case: Case) -> None:
    case.keep(case.scene.former)


def _salt(case: Case) -> None:
    content = case.content
    content[case.chance.randrange(16)] ^= 1 << case.chance.randrange(8)
    case.keep(content)


def _empty(case: Case) -> None:
    case.keep(b"")


def _remove(case: Case) -> None:
    (case.folder / _DB).unlink()


def _as_killed(case: Case) -> Path:
    shutil.rmtree(case.folder)
    shutil.copytree(case.scene.killed, case.folder)
    return case.folder / _SIDE


def _side_removed(case: Case) -> None:
    _as_killed(case).unlink()


def _side_cut(case: Case) -> None:
    side = _as_killed(case)
    content = side.read_bytes()
    side.write_bytes(content[: case.chance.randrange(len(content))])


def _side_flipped(case: Case) -> None:
    side = _as_killed(case)
    content = bytearray(side.read_bytes())
    content[case.chance.randrange(len(content))] ^= 1 << case.chance.randrange(8)
    side.write_bytes(content)


def _header_copy(case: Case) -> None:
    path = case.folder / case.chance.choice(("coffre.hdr", "coffre.hdr.bak"))
    content = bytearray(path.read_bytes())
    content[case.chance.randrange(len(content))] ^= 1 << case.chance.randrange(8)
    path.write_bytes(content[: case.chance.randrange(len(content))] or content)


def _both_headers(case: Case) -> None:
    for name in ("coffre.hdr", "coffre.hdr.bak"):
        content = bytearray((case.folder / name).read_bytes())
        content[case.chance.randrange(len(content))] ^= 1
        (case.folder / name).write_bytes(content)


def _mark_gone(case: Case) -> None:
    (case.folder / _MARK).unlink()


HARMS: tuple[Callable[[Case], None], ...] = (
    _flip,
    _zero,
    _list_of_tables,
    _replay,
    _side_cut,
    _cut_a_little,
    _side_removed,
    _swap,
    _header_copy,
    _put_back,
    _empty,
    _cut,
    _side_flipped,
    _salt,
    _remove,
    _both_headers,
    _mark_gone,
)


def run(effort: Effort, seed: int, folder: Path, *, cases: int | None = None) -> Tally:
    """Harm, open, repair, one copy after the other; then see that known faults are seen."""
    tally = Tally("damage", seed)
    scene = Scene.make(folder, effort)
    part = share_out(partial(_play, scene, seed), cases or CASES[effort], _SHARE, folder)
    tally.take(part)
    tally.notes.append(f"{part.counts.get('told', 0)} told, the others harmless")
    _controls(tally, scene, folder, random.Random(seed))
    return tally


def _play(scene: Scene, seed: int, cases: range, folder: Path) -> Part:
    chance, part = random.Random(f"{seed} {cases.start}"), Part()
    for number in cases:
        harm = HARMS[number % len(HARMS)]
        case = Case(scene.known.copy(folder / "case"), chance, scene)
        harm(case)
        found, was_told = _look(case)
        part.count("told", int(was_told))
        part.found.append((f"{number} {harm.__name__}", found))
        shutil.rmtree(case.folder)
    return part


def _controls(tally: Tally, scene: Scene, folder: Path, chance: random.Random) -> None:
    """Parts with a known fault: a mark that nobody compares, a print that nobody takes."""
    for fault, harm in {
        "a mark that is not compared": _side_removed,
        "a page put back that nobody looks for": _replay,
    }.items():
        begin = VaultKeeping.begin
        VaultKeeping.begin = lambda self, *, is_altered=False: None  # type: ignore[method-assign]
        try:
            tally.controls[fault] = any(
                _harmed(harm, scene, folder, chance) for _ in range(_CONTROL_CASES)
            )
        finally:
            VaultKeeping.begin = begin  # type: ignore[method-assign]


def _harmed(
    harm: Callable[[Case], None], scene: Scene, folder: Path, chance: random.Random
) -> bool:
    case = Case(scene.known.copy(folder / "control"), chance, scene)
    harm(case)
    found, _ = _look(case)
    shutil.rmtree(case.folder)
    return bool(found)


def _look(case: Case) -> tuple[list[str], bool]:
    """Open it as somebody would; return what is wrong, and whether she was told of anything."""
    try:
        unlocked = case.scene.known.open(case.folder)
    except CryptoError:
        return [], True
    except StoreError:
        return _repaired(case), True
    try:
        if unlocked.keeping is not None and any(unlocked.keeping.damaged_pages()):
            unlocked.close()
            return _repaired(case), True
        if PutBacks(unlocked.store).current() is not None:
            return _foreign(_rows_or_damage(unlocked), case.scene.rows, is_older=True), True
        return _foreign(_rows_or_damage(unlocked), case.scene.rows, is_older=False), False
    finally:
        unlocked.close()


def _rows_or_damage(unlocked: Unlocked) -> Rows | None:
    try:
        return _rows(unlocked.store.database)
    except StoreError:
        return None  # said by whatever reads it


def _foreign(rows: Rows | None, truth: Rows, *, is_older: bool) -> list[str]:
    if rows is None or is_older:
        return []
    names = rows.keys() | truth.keys()
    return [
        f"{name} is not as it was, and nobody is told"
        for name in sorted(names - _ABOUT_ITSELF)
        if rows.get(name) != truth.get(name)
    ]


def _repaired(case: Case) -> list[str]:
    place, known = place_of(case.folder), case.scene.known
    before = (case.folder / _DB).read_bytes() if (case.folder / _DB).exists() else None
    try:
        source = known.source(case.folder)
        missing = repair(place.files, place.database, [source], TurnedClock(), _unheard)
    except StoreError:
        if case.is_one_page:
            return ["one bad page, and nothing of the vault was read"]
        after = (case.folder / _DB).read_bytes() if (case.folder / _DB).exists() else None
        return [] if after == before else ["a repair that failed has changed the file"]
    unlocked = known.open(case.folder)
    rows = _rows(unlocked.store.database)
    unlocked.close()
    truth, found = case.scene.rows, []
    kept = wrong = whole = 0
    for name in truth.keys() - _ABOUT_ITSELF - _DERIVED:
        whole += len(truth[name])
        kept += len(truth[name] & rows.get(name, set()))
        wrong += len(rows.get(name, set()) - truth[name])
    if not kept:
        found.append("an empty vault took the place of a damaged one")
    if case.is_one_page and kept < _LEAST_KEPT * whole:
        found.append(f"{whole - kept} of {whole} rows are lost to one page")
    if wrong:
        found.append(f"{wrong} rows are not what they were")
    if kept < whole and missing.is_nothing and not case.is_one_page:
        found.append(f"{whole - kept} rows are missing and nobody is told")
    return found


def _rows(database: EncryptedDatabase) -> Rows:
    names = database.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite_%'"
    )
    return {
        str(name): {
            repr(row) for row in database.rows(f'SELECT {_TOLD.get(name, "*")} FROM "{name}"')
        }
        for (name,) in names
    }


def _unheard(done: int, of: int) -> None:
    """Nobody waits."""
