"""Each row of docs/threat-model.md names tests, and each of them exists."""

import ast
import re

from tests.architecture.tree import ROOT

_NAMED = re.compile(r"`(test_\w+)`")


def rows() -> list[list[str]]:
    """Return the tests named by each adversary's row."""
    text = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
    return [_NAMED.findall(line) for line in text.splitlines() if line.startswith("| **")]


def written() -> set[str]:
    """Return the name of every test."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        found |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return found


def test_every_adversary_is_answered_by_a_test() -> None:
    assert len(rows()) >= 16
    assert all(rows())


def test_every_test_that_is_named_exists() -> None:
    named = {name for row in rows() for name in row}
    assert named - written() == set()
