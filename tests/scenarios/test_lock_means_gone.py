"""The real program, in its own processes: unlock, type, lock, unlock; and what memory remembers."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.config.policy import FILE_VARIABLE
from protocol.ids import PersonId
from protocol.kinds.people import Job
from tests.support.fleet import PASSPHRASE, access, enrolled
from tests.support.laptop import TurnedClock, seed_small
from tests.support.memory import found_in_memory
from tests.support.office import Office, office, premises
from tests.support.real_program import Process, RealProgram
from tests.support.secret_service import has_secret_service, secret_service

__all__ = ["office", "premises"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads memory through /proc")

CODE = "482917"
TYPED = "Le canari chante au fond du couloir"


@dataclass
class Home:
    """A laptop that was enrolled and closed."""

    folder: Path
    persons: list[PersonId]
    keys: dict[str, str | bytes]
    """Of the vault and of its database, as they may lie in memory."""


@pytest.fixture
def home(office: Office, tmp_path: Path) -> Home:
    """Claire's laptop and her round."""
    folder = tmp_path / "home"
    vault = folder / "vault"
    vault.mkdir(parents=True)
    clock = TurnedClock(datetime.now(UTC))
    laptop = enrolled(office, vault, "Claire Martin", Job.PSYCHOLOGIST, clock)
    persons = seed_small(laptop.desk)
    laptop.close()
    unlocked = access(vault).open(PASSPHRASE)
    digits = unlocked.vault.database_key().hexadecimal()[:64]
    keys: dict[str, str | bytes] = {
        "the key of the vault": unlocked.vault._vault_key.reveal(),
        "the key of the database": bytes.fromhex(digits),
        "its digits": digits,
    }
    unlocked.close()
    return Home(folder, persons, keys)


@pytest.fixture
def program(home: Home) -> Iterator[RealProgram]:
    """The real program, at its lock."""
    running = RealProgram(home.folder)
    yield running
    running.close()


def unlock(process: Process) -> None:
    """Type the passphrase and wait for the day."""
    process.until(lambda seen: seen["window"] == "LockView" and seen["is_visible"])
    process.ask("unlock", passphrase=PASSPHRASE)
    process.until(lambda seen: seen["window"] == "MainWindow")


def waiting_for(program: RealProgram, process: Process) -> Process:
    """Return the process that waits to take over, once it does."""
    process.ask("prepare")
    return program.next_process()


def type_of(process: Process, home: Home) -> None:
    """Begin a follow-up and type."""
    process.ask("meet", person=home.persons[1])
    process.until(lambda seen: bool(process.ask("can_type")))
    process.ask("type", text=TYPED)


def test_the_lock_ends_the_process_that_held_words_and_the_next_brings_her_back_to_them(
    home: Home, program: RealProgram
) -> None:
    first = program.next_process()
    unlock(first)
    type_of(first, home)
    second = waiting_for(program, first)
    assert second.waits
    assert not second.ask("look")["is_visible"]
    canaries = {
        "what was typed": TYPED,
        "a name": "Pelletier",
        "the passphrase": PASSPHRASE,
        **home.keys,
    }
    # The control: the same search, of the process that holds them.
    held = found_in_memory(first.pid, canaries)
    assert held >= {"what was typed", "a name", "the passphrase", "the key of the vault"}

    first.tell("lock")
    second.until(lambda seen: seen["window"] == "LockView" and seen["is_visible"])
    program.wait()
    assert not first.is_alive()
    assert found_in_memory(second.pid, canaries) == set()
    assert "Pelletier" not in second.ask("look")["words"]

    unlock(second)
    second.until(lambda seen: seen["page"] == "follow_up")
    second.until(lambda seen: second.ask("typed") == TYPED)


def test_a_withdrawal_ends_the_process_that_held_keys_and_the_next_says_what_is_lost(
    home: Home, program: RealProgram, office: Office
) -> None:
    first = program.next_process()
    unlock(first)
    second = waiting_for(program, first)
    first.ask("sync")
    first.until(lambda seen: bool(first.ask("has_synced")))
    office.revoke(office.devices()[0].id)
    first.tell("sync")
    program.wait()
    seen = second.until(lambda seen: "brouillons compris" in seen["words"])
    assert seen["window"] == "WithdrawnView"
    assert "Tout ce que vous aviez terminé était au bureau" in seen["words"]
    assert not first.is_alive()
    canaries = {"a name": "Pelletier", "the passphrase": PASSPHRASE, **home.keys}
    assert found_in_memory(second.pid, canaries) == set()
    assert list((home.folder / "vault").iterdir()) == []
    second.tell("close")
    second.wait_for_its_end()


def test_a_lock_before_anybody_waits_starts_whoever_takes_over(
    home: Home, program: RealProgram
) -> None:
    first = program.next_process()
    unlock(first)
    assert not first.ask("look")["relief"]
    first.tell("lock")
    second = program.next_process()
    second.until(lambda seen: seen["window"] == "LockView" and seen["is_visible"])
    program.wait()
    assert not first.is_alive()
    unlock(second)


def test_words_that_no_disk_takes_outlive_the_lock_sealed(home: Home, program: RealProgram) -> None:
    first = program.next_process()
    unlock(first)
    first.ask("meet", person=home.persons[1])
    first.until(lambda seen: bool(first.ask("can_type")))
    second = waiting_for(program, first)
    first.ask("refuse_writing", bytes_more="0")
    first.ask("type", text=TYPED)
    first.tell("lock")
    program.wait()
    seen = second.until(lambda seen: "n’a pas pris vos derniers mots" in seen["words"])
    assert seen["window"] == "LockView"
    assert found_in_memory(second.pid, {"what was typed": TYPED}) == set()

    unlock(second)
    second.until(lambda seen: seen["page"] == "follow_up")
    second.until(lambda seen: second.ask("typed") == TYPED)


@pytest.mark.skipif(
    not has_secret_service() or "CI" in os.environ,
    reason="no Secret Service to start here, or time is counted: the same is played in one process",
)
def test_a_short_code_opens_in_the_process_that_took_over(home: Home) -> None:
    policy = home.folder / "policy.toml"
    policy.write_text("quick_unlock = true\n", "utf-8")
    with secret_service(home.folder) as found:
        program = RealProgram(home.folder, environment={FILE_VARIABLE: str(policy), **found})
        try:
            open_with_a_code(home, program)
        finally:
            program.close()


def open_with_a_code(home: Home, program: RealProgram) -> None:
    """Choose a code in one process; open with it in the next."""
    first = program.next_process()
    unlock(first)
    second = waiting_for(program, first)
    first.ask("settings")
    first.until(lambda seen: first.ask("code_stands") == "off")
    first.ask("choose_code", passphrase=PASSPHRASE, code=CODE)
    first.until(lambda seen: first.ask("code_stands") == "on")
    first.tell("lock")
    second.until(lambda seen: "Code court" in seen["words"])
    program.wait()
    # The code itself is not looked for: six digits are in any memory.
    canaries = {"the passphrase": PASSPHRASE, "a name": "Pelletier", **home.keys}
    assert found_in_memory(second.pid, canaries) == set()
    second.ask("code", code=CODE)
    second.until(lambda seen: seen["window"] == "MainWindow")
    held = found_in_memory(second.pid, {"the passphrase": PASSPHRASE, **home.keys})
    assert "the key of the vault" in held
    assert "the passphrase" not in held


def test_closing_the_window_leaves_nobody_waiting(home: Home, program: RealProgram) -> None:
    first = program.next_process()
    unlock(first)
    second = waiting_for(program, first)
    first.tell("close")
    assert program.wait() == 0
    second.wait_for_its_end()


def test_a_program_that_is_killed_leaves_nobody_waiting(home: Home, program: RealProgram) -> None:
    first = program.next_process()
    unlock(first)
    second = waiting_for(program, first)
    first.kill()
    second.wait_for_its_end()
