"""Keeps the French plurals in step with the code.

    python -m tools.translations            rewrites resources/i18n/coffre_fr.ts and .qm
    python -m tools.translations --check    says what has drifted, changes nothing

Sentences are French in the code already; only plurals (`%n`) need Qt Linguist's file, because a
language's plural forms live there. « %n note(s) envoyée(s) » says its two forms itself and is
written by rule; any other waits for a hand. Both files are kept in the repository: the same
sources give the same bytes, so a difference is a forgotten run.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TS = Path("resources/i18n/coffre_fr.ts")
LUPDATE_OPTIONS = (
    "-source-language",
    "fr_FR",
    "-target-language",
    "fr_FR",
    "-pluralonly",
    "-locations",
    "none",
    "-no-obsolete",
    # No guess from a sentence that resembles: it would pass for a translation.
    "-disable-heuristic",
    "sametext",
    "-disable-heuristic",
    "similartext",
    "-silent",
)

# An extracted plural that nobody has written yet: its source, then two empty forms.
_UNWRITTEN = re.compile(
    r"(?P<head><source>(?P<source>[^<]*)</source>\s*<translation) type=\"unfinished\">"
    r"(?P<gap>\s*<numerusform>)</numerusform>(?P=gap)</numerusform>"
)
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
    _write_regular_plurals(ts)
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
    # Sorted, so that the order of a folder's files on disk never shows in the result.
    sources = sorted(str(file.relative_to(root)) for file in (root / "desktop").rglob("*.py"))
    _run_qt("lupdate", [*LUPDATE_OPTIONS, *sources, "-ts", str(ts)], root)


def _write_regular_plurals(ts: Path) -> None:
    """« (s) » left out for one, written for many; sentences without an ending are left alone."""

    def written(match: re.Match[str]) -> str:
        source, gap = match["source"], match["gap"]
        if not _ENDING.search(source):
            return match[0]
        one, many = _ENDING.sub("", source), _ENDING.sub(r"\1", source)
        return f"{match['head']}>{gap}{one}</numerusform>{gap}{many}</numerusform>"

    ts.write_text(_UNWRITTEN.sub(written, ts.read_text("utf-8")), "utf-8")


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
