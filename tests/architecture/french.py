"""French as printers write it, checked in the sentences that the window shows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.tree import Source, docstrings

TRANSLATORS = {"tr", "translate", "QT_TRANSLATE_NOOP"}
FAULTS = {
    "a straight apostrophe": re.compile(r"(?<=\w)'(?=\w)"),
    "a breakable space before a sign": re.compile(r" [:;!?»](?!\w)|« "),
    "no space before a sign": re.compile(r"[^\W\d][;!?](?=\s|$)|[^\W\d]:(?=\s|$)|«(?=\w)|(?<=\w)»"),
    "three dots for an ellipsis": re.compile(r"\.\.\."),
    "straight quotation marks": re.compile(r'"'),
}
_BLAME = re.compile(r"\berreurs?\b", re.IGNORECASE)


def typographic_faults(source: Source) -> Iterator[str]:
    """Faults in what is given to `tr` or `translate`, f-strings included: they never match."""
    for call in source.nodes:
        if isinstance(call, ast.Call) and _name(call.func) in TRANSLATORS:
            for argument in call.args:
                if isinstance(argument, ast.JoinedStr):
                    yield source.at(argument, "an f-string is never translated")
                elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    for fault in faults_of(argument.value):
                        yield source.at(argument, f"{fault} in {argument.value!r}")


def words_of_blame(source: Source) -> Iterator[str]:
    """« erreur » in any string of the window: we say what happened and what to do."""
    ignored = docstrings(source)
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in ignored and _BLAME.search(node.value):
                yield source.at(node, f"« erreur » in {node.value!r}")


def faults_of(sentence: str) -> list[str]:
    """What a printer would mend in the sentence."""
    return [fault for fault, pattern in FAULTS.items() if pattern.search(sentence)]


def _name(function: ast.expr) -> str:
    return ast.unparse(function).rpartition(".")[2]
