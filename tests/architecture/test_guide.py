"""The guide shows pictures that are there, small, and drawn by the command that it names."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.app.guide_pictures import MOST_BYTES, NAMES
from tests.architecture.tree import ROOT

GUIDE = ROOT / "docs" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_the_guide_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).is_file()] == []


def slug(heading: str) -> str:
    """Return the anchor that GitHub gives a heading: its letters, its spaces as hyphens."""
    words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def anchors_of(page: Path) -> set[str]:
    """Return the anchors of a page; a heading said twice has a number the second time."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in re.findall(r"(?m)^#+ (.+)$", page.read_text("utf-8")):
        base = slug(heading)
        found.add(f"{base}-{seen[base]}" if seen[base] else base)
        seen[base] += 1
    return found


def dead_anchors(page: Path) -> list[str]:
    """Return the links of a page to a heading that is not there."""
    links = re.findall(r"\]\(([^)#:\s]*)#([^)\s]+)\)", page.read_text("utf-8"))
    return [f"{to}#{anchor}" for to, anchor in links if anchor not in anchors_of(_target(page, to))]


def _target(page: Path, link: str) -> Path:
    return page.parent / link if link else page


def test_every_anchor_is_a_heading() -> None:
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    assert {page.name: dead for page in documents if (dead := dead_anchors(page))} == {}


def test_an_anchor_without_a_heading_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# Quelqu’un regarde l’écran\n[a](#quelquun-regarde-lécran)\n[b](#quelqu-un)\n"
        "## *Vérifié*\n[c](page.md#vérifié)\n[d](page.md#vérifie)\n",
        "utf-8",
    )
    assert dead_anchors(page) == ["#quelqu-un", "page.md#vérifie"]


def test_every_picture_is_shown_small_and_made_by_the_command() -> None:
    words = "".join(page.read_text("utf-8") for page in PAGES)
    shown = set(re.findall(r"images/([\w-]+)\.png", words))
    kept = {picture.stem for picture in (GUIDE / "images").iterdir()}
    assert shown == kept == set(NAMES)
    sizes = {picture.name: picture.stat().st_size for picture in (GUIDE / "images").iterdir()}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}


def test_the_guide_is_found_from_the_readme() -> None:
    assert "docs/guide/README.md" in (ROOT / "README.md").read_text("utf-8")
