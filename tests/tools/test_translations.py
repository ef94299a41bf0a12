"""French plurals stay in step with the code, and nobody forgets to write one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator

from tools.translations import TS, check, update

CODE = """
def to_send(n: int) -> str:
    return translate("Sync", "%n visite(s) à envoyer", "", n)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one plural, extracted, written by rule and compiled."""
    (tmp_path / "desktop").mkdir()
    (tmp_path / "desktop" / "sync.py").write_text(CODE, encoding="utf-8")
    assert update(tmp_path) == []
    return tmp_path


def test_the_kept_files_agree_with_the_code(project: Path) -> None:
    assert check(project) == []


def test_the_same_code_gives_the_same_bytes(project: Path) -> None:
    kept = [(project / TS).with_suffix(suffix) for suffix in (".ts", ".qm")]
    before = [file.read_bytes() for file in kept]
    update(project)
    assert [file.read_bytes() for file in kept] == before


def test_the_compiled_plurals_speak_french(project: Path) -> None:
    translator = QTranslator()
    assert translator.load(str((project / TS).with_suffix(".qm")))
    said = [translator.translate("Sync", "%n visite(s) à envoyer", "", n) for n in (0, 1, 2)]
    assert said == ["%n visite à envoyer", "%n visite à envoyer", "%n visites à envoyer"]


def test_an_irregular_plural_is_noticed_and_asked_for(project: Path) -> None:
    irregular = CODE.replace("visite(s)", "journal <b>")
    (project / "desktop" / "sync.py").write_text(irregular, encoding="utf-8")
    assert any("behind the code" in fault for fault in check(project))
    assert any("%n journal <b> à envoyer" in fault for fault in update(project))


def test_a_plural_written_by_hand_is_kept(project: Path) -> None:
    ts = project / TS
    by_hand = ts.read_text("utf-8").replace("%n visites à envoyer", "%n belles visites à envoyer")
    ts.write_text(by_hand, "utf-8")
    assert update(project) == []
    assert ts.read_text("utf-8") == by_hand


def test_missing_files_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "desktop").mkdir()
    assert len(check(tmp_path)) == 1
