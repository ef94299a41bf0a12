"""The repository is put together as its documents say."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, files

_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
COMMANDS = {**PROJECT["scripts"], **PROJECT["gui-scripts"]}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_each_command_leads_to_a_function(command: str) -> None:
    module, _, function = COMMANDS[command].partition(":")
    assert callable(getattr(import_module(module), function))


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {file.parent for file in files(ROOT / "tests") if file.name.startswith("test_")}
    assert [str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists()] == []


def test_links_between_documents_lead_somewhere() -> None:
    documents = [file for file in files() if file.suffix == ".md"]
    assert [fault for document in documents for fault in lost_links(document)] == []


def test_a_lost_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "b.md").touch()
    document = tmp_path / "a.md"
    document.write_text("[b](b.md#part) [gone](gone.md) [far](https://example.fr)", "utf-8")
    assert lost_links(document) == ["a.md leads to gone.md, which is not there"]


def lost_links(document: Path) -> list[str]:
    """The relative links of a document that lead nowhere."""
    targets = _LINK.findall(document.read_text(encoding="utf-8"))
    lost = [target for target in targets if not (document.parent / target).exists()]
    return [f"{document.name} leads to {target}, which is not there" for target in lost]
