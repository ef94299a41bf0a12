"""The campaigns for a few seconds each, the same way every time; at length: `make campaign`."""

import json
import shutil
from pathlib import Path

import pytest

from tests.campaigns import copies, cut, damage, fill, kill, migration, power, syscalls
from tests.campaigns.__main__ import NAMES, main
from tests.campaigns.field_laptop import prepared
from tests.campaigns.gate import why_no_gate
from tests.campaigns.tally import Effort, Tally
from tests.campaigns.traced import why_not
from tests.support.office import Premises, premises

__all__ = ["premises"]

SEED = 20261124


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A laptop in the field, made once."""
    return prepared(tmp_path_factory.mktemp("prepared") / "vault")


@pytest.fixture
def folder(vault: Path, tmp_path: Path) -> Path:
    """A folder of a campaign, in which its vault is there already."""
    shutil.copytree(vault, tmp_path / "vault", ignore=shutil.ignore_patterns("*.lock"))
    return tmp_path


@pytest.mark.invariant(6)
def test_a_laptop_killed_while_it_saves_keeps_whole_what_it_acknowledged(folder: Path) -> None:
    tally = kill.run(Effort.SHORT, SEED, folder)
    assert tally.is_good, tally.lines()


def test_a_synchronisation_cut_anywhere_ends_as_if_it_never_had_been(
    premises: Premises, tmp_path: Path
) -> None:
    """Invariants 5 and 16."""
    tally = cut.run(Effort.SHORT, SEED, tmp_path, premises)
    assert tally.is_good, tally.lines()


def test_a_disk_that_fills_takes_nothing_that_was_saved_or_typed(tmp_path: Path) -> None:
    tally = fill.run(Effort.SHORT, SEED, tmp_path)
    assert tally.is_good, tally.lines()


def test_an_upgrade_a_copy_or_a_giving_back_cut_anywhere_is_whole_or_never_was(
    folder: Path,
) -> None:
    tally = copies.run(Effort.SHORT, SEED, folder)
    assert tally.is_good, tally.lines()


@pytest.mark.parametrize(
    ("failures", "control_is_seen", "is_good"),
    [([], True, True), (["a word is lost"], True, False), ([], False, False)],
)
def test_a_campaign_is_good_only_if_it_finds_nothing_and_would_have_seen(
    failures: list[str], control_is_seen: bool, is_good: bool, tmp_path: Path
) -> None:
    tally = Tally("kill", 7, controls={"a known fault": control_is_seen})
    tally.add("one", failures)
    assert tally.is_good is is_good
    assert json.loads(tally.write(tmp_path).read_text("utf-8")) == [
        {
            "name": "kill",
            "seed": 7,
            "cases": 1,
            "failures": len(failures),
            "control_failed": control_is_seen,
        }
    ]


def test_a_campaign_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["tilt"])
    told = capsys.readouterr().err
    assert all(name in told for name in NAMES)


def test_files_of_a_vault_harmed_in_every_way_are_told_or_harmless_and_salvaged(
    folder: Path,
) -> None:
    tally = damage.run(Effort.SHORT, SEED, folder)
    assert tally.is_good, tally.lines()


@pytest.mark.skipif(why_no_gate() is not None, reason=why_no_gate() or "")
def test_a_laptop_struck_at_a_system_call_keeps_what_it_acknowledged(
    folder: Path, premises: Premises
) -> None:
    tally = syscalls.run(Effort.SHORT, SEED, folder, premises)
    assert tally.is_good, tally.lines()


@pytest.mark.skipif(why_no_gate() is not None, reason=why_no_gate() or "")
def test_an_upgrade_struck_between_its_steps_leaves_the_old_vault_or_the_new_one(
    tmp_path: Path,
) -> None:
    tally = Tally("migration", SEED)
    migration.strike(tally, Effort.SHORT, tmp_path)
    assert tally.is_good, tally.lines()


@pytest.mark.skipif(why_not() is not None, reason=why_not() or "")
def test_whatever_a_power_cut_leaves_holds_what_was_acknowledged_and_raises_no_alarm(
    folder: Path,
) -> None:
    tally = power.run(Effort.SHORT, SEED, folder)
    assert tally.is_good, tally.lines()
