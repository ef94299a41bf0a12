"""The battery dies at every step of every change of the header; Claire still gets in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from desktop.crypto.errors import CryptoError, VaultNotFound
from desktop.crypto.header import encode
from desktop.crypto.header_copies import BACKUP, MAIN, read_copies, write_copies
from desktop.crypto.kdf import FLOOR
from desktop.crypto.vault import (
    OpenVault,
    change_passphrase,
    create_vault,
    new_recovery_key,
    open_vault,
    open_vault_with_recovery,
)
from tests.crypto.conftest import CLAIRE_SAYS, CLAIRE_WILL_SAY
from tests.crypto.doubles import CarelessDisk, Disk, PowerCut, SeededRandom

Opening = Callable[[Disk], OpenVault]
MAX_STEPS = 40


class Openings:
    """Who can open what a cut left; equal headers are opened once, for stretching is slow."""

    def __init__(self, *ways: Opening) -> None:
        self._ways = ways
        self._known: dict[bytes, tuple[bool, ...]] = {}
        self.cuts = 0

    def of(self, contents: dict[str, bytes]) -> tuple[bool, ...] | None:
        """Tell which ways open this folder; ``None`` if there is no vault in it."""
        self.cuts += 1
        disk = Disk.holding(contents)
        try:
            newest = encode(read_copies(disk).newest)
        except VaultNotFound:
            return None
        except CryptoError:
            return (False,) * len(self._ways)
        if newest not in self._known:
            self._known[newest] = tuple(_opens(way, disk) for way in self._ways)
        return self._known[newest]


def _opens(way: Opening, disk: Disk) -> bool:
    try:
        way(disk)
    except CryptoError:
        return False
    return True


def every_cut(
    start: dict[str, bytes], act: Callable[[Disk], object], kind: type[Disk] = Disk
) -> list[dict[str, bytes]]:
    """Return all folders that a cut before any step of ``act`` may leave."""
    left: list[dict[str, bytes]] = []
    for step in range(1, MAX_STEPS):
        disk = kind.holding(start, cut_before=step)
        try:
            act(disk)
        except PowerCut:
            left.extend(disk.survivors())
        else:
            left.extend(disk.survivors())
            return left
    raise AssertionError("the change never ends")


def with_old(disk: Disk) -> OpenVault:
    return open_vault(disk, CLAIRE_SAYS)


def with_new(disk: Disk) -> OpenVault:
    return open_vault(disk, CLAIRE_WILL_SAY)


@pytest.fixture
def changed(disk: Disk) -> Callable[[Disk], None]:
    """Return the change of passphrase, its slow part paid once."""
    vault = open_vault(disk, CLAIRE_SAYS)
    done = Disk.holding(disk.contents())
    change_passphrase(done, vault, CLAIRE_WILL_SAY, SeededRandom("change"), FLOOR)
    header = read_copies(done).newest

    def act(target: Disk) -> None:
        write_copies(target, header, stale=read_copies(target).stale)

    return act


def test_a_change_that_was_reported_done_survives_any_cut(
    disk: Disk, changed: Callable[[Disk], None]
) -> None:
    changed(disk)
    openings = Openings(with_old, with_new)
    assert {openings.of(contents) for contents in disk.survivors()} == {(False, True)}


@pytest.mark.parametrize("lost", [None, MAIN, BACKUP])
def test_a_cut_passphrase_change_leaves_the_old_or_the_new_one(
    disk: Disk, changed: Callable[[Disk], None], lost: str | None
) -> None:
    start = disk.contents()
    if lost:
        del start[lost]
    openings = Openings(with_old, with_new)
    seen = {openings.of(contents) for contents in every_cut(start, changed)}
    assert seen == {(True, False), (False, True)}
    assert openings.cuts > 20


def test_the_campaign_notices_a_disk_that_does_not_sync(
    disk: Disk, changed: Callable[[Disk], None]
) -> None:
    openings = Openings(with_old, with_new)
    seen = {openings.of(left) for left in every_cut(disk.contents(), changed, CarelessDisk)}
    assert (False, False) in seen


def test_a_cut_creation_leaves_nothing_or_a_vault_that_opens() -> None:
    def create(disk: Disk) -> None:
        create_vault(disk, CLAIRE_SAYS, SeededRandom("claire"), FLOOR)

    openings = Openings(with_old)
    assert {openings.of(contents) for contents in every_cut({}, create)} == {None, (True,)}


def test_a_cut_change_of_paper_leaves_the_old_or_the_new_paper_and_the_passphrase(
    disk: Disk, words: str
) -> None:
    start = disk.contents()
    vault = open_vault(disk, CLAIRE_SAYS)
    paper = new_recovery_key(Disk.holding(start), vault, SeededRandom("papier"))
    openings = Openings(
        with_old,
        lambda left: open_vault_with_recovery(left, words),
        lambda left: open_vault_with_recovery(left, " ".join(paper.words())),
    )

    def act(target: Disk) -> None:
        new_recovery_key(target, vault, SeededRandom("papier"))

    vault = open_vault(disk, CLAIRE_SAYS)
    seen = {openings.of(contents) for contents in every_cut(start, act)}
    assert seen <= {(True, True, False), (True, False, True)}
    assert len(seen) == 2


def test_a_cut_repair_never_makes_things_worse(disk: Disk) -> None:
    start = {**disk.contents(), MAIN: b"rien"}
    openings = Openings(with_old)
    assert {openings.of(contents) for contents in every_cut(start, with_old)} == {(True,)}
