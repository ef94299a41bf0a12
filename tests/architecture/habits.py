"""Habits that our Python files must not have, found by reading their syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from tests.architecture.tree import Source, docstrings

Finding = str
Check = Callable[[Source], Iterator[Finding]]

UNPICKLERS = {"dill", "marshal", "pickle", "shelve"}
LEAKY_KEYWORDS = {"exc_info", "capture_locals", "show_locals"}
_ATTACH = re.compile(r"\bATTACH\s+(?:DATABASE\b|[:?'\"])")


def unverified_tls(source: Source) -> Iterator[Finding]:
    """`verify=False`, as an argument or an attribute."""
    for node in source.nodes:
        if isinstance(node, ast.keyword) and node.arg == "verify" and _is(node.value, False):
            yield source.at(node, "a server's certificate goes unchecked")
        elif isinstance(node, ast.Assign) and _is(node.value, False):
            if any(isinstance(t, ast.Attribute) and t.attr == "verify" for t in node.targets):
                yield source.at(node, "a server's certificate goes unchecked")


def running_of_data(source: Source) -> Iterator[Finding]:
    """Unpickling, `eval`, `exec`, `yaml.load`: data that becomes code."""
    for module, node in _imports(source):
        if module.split(".")[0] in UNPICKLERS:
            yield source.at(node, f"{module} runs what it reads")
    for call in source.calls:
        name = _name(call.func)
        if name in {"eval", "exec", "builtins.eval", "builtins.exec", "yaml.load"}:
            yield source.at(call, f"{name} runs what it reads")


def shells(source: Source) -> Iterator[Finding]:
    """A shell between us and a program."""
    for call in source.calls:
        through_shell = any(k.arg == "shell" and not _is(k.value, False) for k in call.keywords)
        if through_shell or _name(call.func) in {"os.system", "os.popen"}:
            yield source.at(call, "a shell reads the command")


def swallowed_exceptions(source: Source) -> Iterator[Finding]:
    """`except Exception: pass` and its disguises."""
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node.type):
            if all(isinstance(line, ast.Pass) or _is_ellipsis(line) for line in node.body):
                yield source.at(node, "every exception is swallowed")
        elif isinstance(node, ast.Call) and _name(node.func).endswith("suppress"):
            if any(_catches_everything(argument) for argument in node.args):
                yield source.at(node, "every exception is swallowed")


def plaintext_attachments(source: Source) -> Iterator[Finding]:
    """`ATTACH` without `KEY` would make or open a database in clear."""
    ignored = docstrings(source)
    for node in source.nodes:
        if id(node) not in ignored and (text := _text(node)) is not None:
            if _ATTACH.search(text) and " KEY " not in text:
                yield source.at(node, "ATTACH without KEY")


def unfinished_functions(source: Source) -> Iterator[Finding]:
    """A function that only promises to be written."""
    for node in source.nodes:
        if isinstance(node, ast.Raise) and node.exc is not None:
            if "NotImplemented" in ast.unparse(node.exc):
                yield source.at(node, "a function is not written")


def temporary_files(source: Source) -> Iterator[Finding]:
    """The laptop leaves nothing in a folder that others can read."""
    for module, node in _imports(source):
        if module.split(".")[0] == "tempfile":
            yield source.at(node, "a temporary file escapes the vault's folder")


def files_for_everybody(source: Source) -> Iterator[Finding]:
    """What leaves the vault for a chosen file is its owner's: ``write_private`` sees to it."""
    for call in source.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"write_bytes", "write_text"}:
            yield source.at(call, "a file that others can read; use write_private")


def prints(source: Source) -> Iterator[Finding]:
    """What is printed ends in a log that nobody chose."""
    for call in source.calls:
        if _name(call.func) in {"print", "pprint", "pprint.pprint"}:
            yield source.at(call, "print outside a command")


def tracebacks_in_logs(source: Source) -> Iterator[Finding]:
    """A traceback holds values, and values are people: we log types."""
    for call in source.calls:
        if any(k.arg in LEAKY_KEYWORDS and not _is(k.value, False) for k in call.keywords):
            yield source.at(call, "a traceback reaches the log")
        elif isinstance(call.func, ast.Attribute) and call.func.attr == "exception":
            if "log" in ast.unparse(call.func.value).lower():
                yield source.at(call, "a traceback reaches the log")


def answers_to_signals(source: Source) -> Iterator[Finding]:
    """`run(lane, work, signal.emit, …)`: a lane cannot tell that a signal's owner is gone."""
    for call in source.calls:
        if _name(call.func).endswith("background.run"):
            for answer in call.args[2:]:
                if isinstance(answer, ast.Attribute) and answer.attr == "emit":
                    yield source.at(answer, "an answer may reach a signal that is destroyed")


EVERYWHERE: tuple[Check, ...] = (
    unverified_tls,
    shells,
    swallowed_exceptions,
    unfinished_functions,
)
ON_THE_LAPTOP: tuple[Check, ...] = (answers_to_signals, files_for_everybody, temporary_files)
IN_THE_PRODUCT: tuple[Check, ...] = (
    plaintext_attachments,
    prints,
    running_of_data,
    tracebacks_in_logs,
)


PRODUCT = {"desktop", "protocol", "resources", "server"}


def findings(sources: Iterable[Source]) -> dict[Check, list[Finding]]:
    """What each check finds where it applies; each file is looked at once, by all of them."""
    found: dict[Check, list[Finding]] = {
        check: [] for check in (*EVERYWHERE, *ON_THE_LAPTOP, *IN_THE_PRODUCT)
    }
    for source in sources:
        for check in _checks_of(source.path):
            found[check] += check(source)
    return found


def _checks_of(path: str) -> Iterator[Check]:
    package, _, _ = path.partition("/")
    yield from EVERYWHERE
    if package == "desktop":
        yield from ON_THE_LAPTOP
    if package in PRODUCT:
        is_command = path.endswith("__main__.py") or path.startswith("server/admin/")
        yield from (it for it in IN_THE_PRODUCT if it is not prints or not is_command)


def _imports(source: Source) -> Iterator[tuple[str, ast.AST]]:
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node


def _name(node: ast.expr) -> str:
    """`self._log.exception`, as it is written; what is not a name stands as `…`."""
    attributes = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    attributes.append(node.id if isinstance(node, ast.Name) else "…")
    return ".".join(reversed(attributes))


def _is(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _is_ellipsis(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and _is(node.value, ...)


def _catches_everything(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Tuple):
        return any(_catches_everything(element) for element in node.elts)
    return node is None or ast.unparse(node) in {"Exception", "BaseException"}


def _text(node: ast.AST) -> str | None:
    """The words of a string, with its values left out when it is an f-string."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or ":" for part in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None
