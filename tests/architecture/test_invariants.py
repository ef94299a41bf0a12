"""Each promise of docs/invariants.md is held by a test that bears its number."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import ROOT

_PROMISE = re.compile(r"^(\d+)\. ", re.MULTILINE)


def promised() -> set[int]:
    """Return the numbers of the promises."""
    text = (ROOT / "docs" / "invariants.md").read_text("utf-8")
    return {int(number) for number in _PROMISE.findall(text)}


def marks(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the numbers that the tests of a module bear, with their names."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == (
                "pytest.mark.invariant"
            ):
                for number in decorator.args:
                    assert isinstance(number, ast.Constant)
                    yield int(str(number.value)), node.name


def held() -> dict[int, list[str]]:
    """Return the tests that hold each promise."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for number, name in marks(path):
            found[number].append(name)
    return found


def test_every_promise_is_held_by_a_test() -> None:
    assert promised() == set(range(1, 31))
    assert promised() - held().keys() == set()


def test_no_test_holds_a_promise_nobody_made() -> None:
    assert held().keys() - promised() == set()
