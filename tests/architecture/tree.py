"""The files that the repository holds, as the checks of the whole tree read them."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Made by a machine, never committed.
MADE = {".git", ".venv", "build", "dist", "__pycache__"}
BINARY = {".db", ".ods", ".pdf", ".png", ".pyc", ".qm", ".sqlite", ".ttf", ".woff2", ".xlsx"}


@dataclass(frozen=True)
class Source:
    """One Python file of ours, parsed."""

    path: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All of the tree: many checks look at each, and walking it is what takes long."""
        return list(ast.walk(self.tree))

    @cached_property
    def calls(self) -> list[ast.Call]:
        """What is called, from top to bottom."""
        return [node for node in self.nodes if isinstance(node, ast.Call)]

    def at(self, node: ast.AST, what: str) -> str:
        """A finding that an editor can jump to."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {what}"


def source(path: str, text: str) -> Source:
    """A Python file at that place in the repository."""
    return Source(path, ast.parse(text))


def files(root: Path = ROOT) -> Iterator[Path]:
    """Every file of ours, caches and builds left out."""
    for folder, names, leaves in os.walk(root):
        names[:] = sorted(n for n in names if n not in MADE and not _is_cache(n))
        yield from (Path(folder) / leaf for leaf in sorted(leaves))


def texts() -> Iterator[tuple[str, str]]:
    """Path and content of every text file."""
    for file in files():
        if file.suffix not in BINARY and file.is_file():
            try:
                yield str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a sample in another encoding, kept as it came


def sources(*packages: str) -> Iterator[Source]:
    """The Python files under these folders, or all of them."""
    for file in files():
        path = file.relative_to(ROOT)
        if file.suffix == ".py" and (not packages or path.parts[0] in packages):
            yield source(str(path), file.read_text(encoding="utf-8"))


def docstrings(source: Source) -> set[int]:
    """The identities of the string nodes that document rather than act."""
    found = set()
    for node in source.nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
    return found


def _is_cache(name: str) -> bool:
    return name.endswith((".egg-info", "_cache")) or name == ".hypothesis"
