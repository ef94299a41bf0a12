"""The machine is set up once, and again when what it was set up from has changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tools.setup_environment import INPUTS, Environment

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """A set-up project whose interpreter is only a file: nothing here runs it."""
    for name in INPUTS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    made = Environment(tmp_path)
    made.python.parent.mkdir(parents=True)
    made.python.touch()
    made.stamp.write_text(json.dumps(made.expected()), encoding="utf-8")
    return made


def test_nothing_is_left_to_do_on_the_second_run(environment: Environment) -> None:
    assert environment.recorded() == environment.expected()


def test_a_changed_lock_is_noticed(environment: Environment) -> None:
    with (environment.root / INPUTS[0]).open("a", encoding="utf-8") as lock:
        lock.write("# one more\n")
    assert environment.recorded() != environment.expected()


def test_a_moved_project_is_noticed(environment: Environment, tmp_path: Path) -> None:
    moved = Environment(tmp_path.with_name("moved"))
    environment.root.rename(moved.root)
    assert moved.recorded()["root"] != moved.expected()["root"]


def test_an_interpreter_that_has_gone_is_noticed(environment: Environment) -> None:
    environment.python.unlink()
    assert environment.recorded() == {}


@pytest.mark.parametrize("content", ["", "[]", "half a st"])
def test_a_damaged_stamp_counts_for_nothing(environment: Environment, content: str) -> None:
    environment.stamp.write_text(content, encoding="utf-8")
    assert environment.recorded() == {}


def test_an_environment_that_is_borrowed_is_given_back_whole(
    environment: Environment, tmp_path: Path
) -> None:
    beside = Environment(tmp_path / "beside")
    beside.root.mkdir()
    beside.folder.symlink_to(environment.folder, target_is_directory=True)
    beside.part_with_anothers()
    assert not beside.folder.exists()
    assert environment.recorded() == environment.expected()
    environment.part_with_anothers()
    assert environment.python.exists(), "its own is only emptied, by who makes it again"
