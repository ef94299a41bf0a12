"""« Diagnostic de sécurité » tells each control in words, and names nobody."""

from datetime import datetime

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.config.safety import Control, Finding, Standing
from desktop.services.escrow import EscrowSheet
from desktop.services.outings import Way
from desktop.ui.escrow_words import sheet_words
from desktop.ui.kit import Strong
from desktop.ui.safety import SafetySheet, outing_words
from desktop.ui.safety.words import as_text, told
from tests.architecture.french import faults_of
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground

FINDINGS = (
    Finding(Control.DISK, Standing.UNKNOWN),
    Finding(Control.DUMPS, Standing.GOOD),
    Finding(Control.FOLDER, Standing.LOOK),
    Finding(Control.DELAY, Standing.LOOK, 15),
    Finding(Control.CONTACT, Standing.GOOD, 0),
)
FINGERPRINT = "12345 00000 54321 11111 22222 33333 44444 55555"
KEY = sheet_words(EscrowSheet(FINGERPRINT, (), ()))
LEFT = [outing_words(datetime(2026, 11, 24, 9, 40), Way.PRINTED, "agenda")]


def sheet_of(background: InlineBackground, qtbot: QtBot, copied: list[str]) -> SafetySheet:
    sheet = SafetySheet(
        background, lambda: FINDINGS, copied.append, "1.2", lambda: LEFT, lambda: KEY
    )
    qtbot.addWidget(sheet)
    sheet.show()
    return sheet


@pytest.mark.parametrize("control", Control)
@pytest.mark.parametrize("standing", Standing)
def test_each_control_says_what_it_is_how_it_stands_and_what_to_do(
    control: Control, standing: Standing
) -> None:
    one = told(Finding(control, standing))
    assert one.name
    assert one.about
    assert one.mark.words
    assert bool(one.remedy) is (standing is not Standing.GOOD)


def test_a_key_of_the_policy_that_means_nothing_is_named_with_what_was_meant() -> None:
    keys = ("quik_unlock", "x" * 500, "couleur\n", "encore")
    one = told(Finding(Control.POLICY, Standing.LOOK, words=keys))
    assert "«\u00a0quik_unlock\u00a0» de ce fichier\u00a0: sans doute" in one.remedy
    assert "«\u00a0quick_unlock\u00a0»" in one.remedy
    assert "«\u00a0couleur\u00a0»" in one.remedy
    assert "ne se lit pas" not in one.remedy
    assert "Le reste est suivi" in one.remedy
    assert len(one.remedy) < 400
    assert faults_of(one.remedy) == []


def test_the_sheet_tells_what_was_found(background: InlineBackground, qtbot: QtBot) -> None:
    sheet = sheet_of(background, qtbot, [])
    words = " ".join(str(w.property("text")) for w in sheet.findChildren(QWidget))
    assert "Chiffrement du disque" in words
    assert "Après 15 minutes" in words
    assert "BitLocker" in words
    assert "Agenda, sur papier" in words
    assert FINGERPRINT in words
    assert "notes cliniques" in words
    assert sheet.windowTitle() == "Coffre"
    assert_accessible(sheet)


def test_a_name_that_has_room_stays_on_one_line(background: InlineBackground, qtbot: QtBot) -> None:
    every = tuple(Finding(control, Standing.LOOK) for control in Control)
    sheet = SafetySheet(background, lambda: every, _forget, "1.2", list, list)
    qtbot.addWidget(sheet)
    sheet.show()
    names = {told(finding).name for finding in every}
    shown = [one for one in sheet.findChildren(Strong) if one.text() in names]
    assert len(shown) == len(names)
    for one in shown:
        if one.fontMetrics().horizontalAdvance(one.text()) < sheet.width() // 2:
            assert one.height() < 2 * one.fontMetrics().lineSpacing(), one.text()


def test_what_is_copied_holds_the_states_and_no_folder_nor_name(
    background: InlineBackground, qtbot: QtBot
) -> None:
    copied: list[str] = []
    sheet = sheet_of(background, qtbot, copied)
    sheet.copy_button.click()
    (text,) = copied
    assert "Coffre 1.2" in text
    assert text.count("\n") >= len(FINDINGS)
    assert "/" not in text
    assert "Agenda" not in text
    assert text == as_text(FINDINGS, "1.2", text.splitlines()[0].split(" · ")[1])


def _forget(_: str) -> None:
    """Nothing is copied here."""
