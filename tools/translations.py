"""Keeps the French plurals in step with the code.

    python -m tools.translations            rewrites resources/i18n/coffre_fr.ts and .qm
    python -m tools.translations --check    says what has drifted, changes nothing

Sentences are French in the code already; only plurals (`%n`) need Qt Linguist's file, because a
language's plural forms live there. « %n note(s) envoyée(s) » says its two forms itself and is
written by rule; any other waits for a hand. lupdate 6.11 sees no plural in a ``translate`` with
four arguments, so the sentences are found in the syntax tree; lrelease compiles them. Both files
are kept in the repository: the same sources give the same bytes, so a difference is a forgotten
run.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TS = Path("resources/i18n/coffre_fr.ts")
_ENDING = re.compile(r"\((\w{1,3})\)")


def main(arguments: list[str] | None = None) -> int:
    """Update or check; 0 when the files agree with the code and every plural is written."""
    parser = argparse.ArgumentParser(description="French plurals of the window")
    parser.add_argument("--check", action="store_true", help="change nothing, fail on drift")
    options = parser.parse_args(arguments)
    faults = check(ROOT) if options.check else update(ROOT)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def update(root: Path) -> list[str]:
    """Rewrite both files from the code; returns the plurals still to be written."""
    ts = root / TS
    ts.parent.mkdir(parents=True, exist_ok=True)
    _extract(root, ts)
    _compile(ts, ts.with_suffix(".qm"))
    return unwritten_plurals(ts)


def check(root: Path) -> list[str]:
    """What would change if the files were written again now, and the plurals not yet written."""
    kept_ts, kept_qm = root / TS, (root / TS).with_suffix(".qm")
    if not kept_ts.exists() or not kept_qm.exists():
        return [f"{TS} and its .qm are not there yet: run `make fix`."]
    with tempfile.TemporaryDirectory() as folder:
        ts = Path(folder) / TS.name
        ts.write_bytes(kept_ts.read_bytes())
        _extract(root, ts)
        _compile(ts, ts.with_suffix(".qm"))
        faults = unwritten_plurals(ts)
        for fresh, kept in ((ts, kept_ts), (ts.with_suffix(".qm"), kept_qm)):
            if fresh.read_bytes() != kept.read_bytes():
                faults.append(f"{kept.relative_to(root)} is behind the code: run `make fix`.")
    return faults


def unwritten_plurals(ts: Path) -> list[str]:
    """A sentence for each plural whose French forms nobody has written."""
    faults = []
    for message in ET.parse(ts).getroot().iter("message"):
        translation = message.find("translation")
        forms = [] if translation is None else translation.findall("numerusform")
        if translation is None or translation.get("type") or not all(form.text for form in forms):
            source = message.findtext("source")
            faults.append(
                f'{ts.name}: write both French forms of {source!r} and remove type="unfinished".'
            )
    return faults


def _extract(root: Path, ts: Path) -> None:
    """Write the plurals of the code, with the forms that were written by hand."""
    by_hand = _kept_forms(ts)
    tree = ET.Element("TS", version="2.1", language="fr_FR", sourcelanguage="fr_FR")
    contexts: dict[str, ET.Element] = {}
    seen: set[tuple[str, str]] = set()
    # Sorted, so that the order of a folder's files on disk never shows in the result.
    for file in sorted((root / "desktop").rglob("*.py")):
        for context, source in plurals_in(file.read_text("utf-8")):
            if (context, source) in seen:
                continue
            seen.add((context, source))
            if context not in contexts:
                contexts[context] = ET.SubElement(tree, "context")
                ET.SubElement(contexts[context], "name").text = context
            forms = by_hand.get((context, source)) or _by_rule(source)
            _add_message(contexts[context], source, forms)
    ET.indent(tree, "    ")
    text = ET.tostring(tree, encoding="unicode")
    ts.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{text}\n', "utf-8")


def plurals_in(code: str) -> Iterator[tuple[str, str]]:
    """Yield the context and the sentence of each ``translate(context, "…%n…", "", n)``."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call) or len(node.args) < 4:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        texts = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant)]
        if name == "translate" and len(texts) == 2 and "%n" in str(texts[1]):
            yield str(texts[0]), str(texts[1])


def _kept_forms(ts: Path) -> dict[tuple[str, str], list[str]]:
    """The forms already written, by context and sentence."""
    if not ts.exists():
        return {}
    kept = {}
    for context in ET.parse(ts).getroot().iter("context"):
        for message in context.iter("message"):
            forms = [form.text or "" for form in message.iter("numerusform")]
            if forms and all(forms):
                key = (context.findtext("name") or "", message.findtext("source") or "")
                kept[key] = forms
    return kept


def _by_rule(source: str) -> list[str]:
    """« (s) » left out for one, written for many; a sentence without an ending waits for a hand."""
    if not _ENDING.search(source):
        return []
    return [_ENDING.sub("", source), _ENDING.sub(r"\1", source)]


def _add_message(context: ET.Element, source: str, forms: list[str]) -> None:
    message = ET.SubElement(context, "message", numerus="yes")
    ET.SubElement(message, "source").text = source
    translation = ET.SubElement(message, "translation")
    if not forms:
        translation.set("type", "unfinished")
    for form in forms or ["", ""]:
        ET.SubElement(translation, "numerusform").text = form


def _compile(ts: Path, qm: Path) -> None:
    _run_qt("lrelease", ["-silent", str(ts), "-qm", str(qm)], ts.parent)


def _run_qt(tool: str, arguments: list[str], folder: Path) -> None:
    """Run one of Qt's tools from the wheel; its own wrapper scripts would import all of Qt."""
    qt = find_spec("PySide6")
    if qt is None or qt.origin is None:
        raise SystemExit("PySide6 is not installed: run `make environment`.")
    subprocess.run([str(Path(qt.origin).parent / tool), *arguments], cwd=folder, check=True)


if __name__ == "__main__":
    sys.exit(main())
