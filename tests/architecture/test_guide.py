"""The guide shows pictures that are there, small, and drawn by the command that it names."""

from __future__ import annotations

import re
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


def test_every_picture_is_shown_small_and_made_by_the_command() -> None:
    words = "".join(page.read_text("utf-8") for page in PAGES)
    shown = set(re.findall(r"images/([\w-]+)\.png", words))
    kept = {picture.stem for picture in (GUIDE / "images").iterdir()}
    assert shown == kept == set(NAMES)
    sizes = {picture.name: picture.stat().st_size for picture in (GUIDE / "images").iterdir()}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}


def test_the_guide_is_found_from_the_readme() -> None:
    assert "docs/guide/README.md" in (ROOT / "README.md").read_text("utf-8")
