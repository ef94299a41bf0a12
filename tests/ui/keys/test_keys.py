"""Words, meters and papers: the parts that the first run, the lock and the settings share."""

from __future__ import annotations

import getpass
import re
import zlib
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.app.advice import KeyAdvice
from desktop.crypto.recovery import RecoveryKey
from desktop.ui.keys.paper import FILE_NAME, paper_pdf
from desktop.ui.keys.passphrase_choice import ChoiceState, PassphraseChoice, meter_of
from desktop.ui.keys.passphrase_form import PassphraseForm
from desktop.ui.keys.ports import Fault, Hint, Level, Rating
from desktop.ui.keys.words import first_difference, split_words
from desktop.ui.keys.words_grid import ShownWords, WordsField
from desktop.ui.theme import Theme
from tests.architecture.french import faults_of
from tests.support.inline_background import InlineBackground
from tests.support.laptop import SeededRandom
from tests.support.newcomer import CLAIRE_SAYS, vault_access


@pytest.fixture
def words() -> tuple[str, ...]:
    return RecoveryKey.generate(SeededRandom(3)).words()


@pytest.fixture
def choice(qapp: QApplication, tmp_path: Path) -> PassphraseChoice:
    return PassphraseChoice(InlineBackground(), KeyAdvice(vault_access(tmp_path)))


def test_a_numbered_list_is_read_as_its_words() -> None:
    assert split_words("1. abri\n2) Acier 3 fusion, zoo") == ("abri", "Acier", "fusion", "zoo")


def test_what_the_vault_forgives_is_no_difference(words: tuple[str, ...]) -> None:
    forgiven = tuple(word[:4].upper() for word in words)
    assert first_difference(forgiven, words) is None
    assert RecoveryKey.from_words(" ".join(forgiven)).words() == words


def test_two_swapped_words_are_found_at_the_first(words: tuple[str, ...]) -> None:
    swapped = (words[1], words[0], *words[2:])
    assert first_difference(swapped, words) == 1


def test_three_letters_do_not_say_a_word(words: tuple[str, ...]) -> None:
    assert first_difference((words[0][:3],), words) == 1


def test_the_proposed_phrase_is_strong_and_must_be_typed_again(choice: PassphraseChoice) -> None:
    choice.type_again("autre chose")
    choice.propose()
    state = choice.state
    assert len(state.passphrase.split()) == 7
    assert state.meter.steps == 4
    assert state.is_accepted
    assert not state.is_ready
    choice.type_again(state.passphrase)
    assert choice.state.is_ready


def test_a_phrase_typed_over_is_not_rated_any_more(qapp: QApplication, tmp_path: Path) -> None:
    background = InlineBackground(held=True)
    choice = PassphraseChoice(background, KeyAdvice(vault_access(tmp_path)))
    choice.type(CLAIRE_SAYS)
    choice.type("court")
    background.release()
    assert choice.state.meter.steps == 1
    assert not choice.state.is_accepted


def test_a_passphrase_stays_out_of_what_is_printed_of_it() -> None:
    assert CLAIRE_SAYS not in repr(ChoiceState(CLAIRE_SAYS, CLAIRE_SAYS))


@pytest.mark.parametrize("fault", [None, *Fault])
@pytest.mark.parametrize("level", Level)
def test_the_meter_always_says_a_french_word(level: Level, fault: Fault | None) -> None:
    for bits in (10.0, 45.0, 70.0, 90.0):
        for hint in Hint:
            meter = meter_of(Rating(level, bits, frozenset({hint}), fault))
            assert 1 <= meter.steps <= 4
            assert meter.words
            assert faults_of(meter.words) == []


def test_a_refused_phrase_never_looks_better_than_an_accepted_one() -> None:
    refused = meter_of(Rating(Level.REFUSED, 39, fault=Fault.TOO_EASY))
    fair = meter_of(Rating(Level.FAIR, 41))
    good = meter_of(Rating(Level.FAIR, 70))
    strong = meter_of(Rating(Level.STRONG, 80))
    assert refused.steps < fair.steps < good.steps < strong.steps


def test_the_proposal_is_shown_and_what_is_typed_is_hidden(
    theme: Theme, choice: PassphraseChoice, qtbot: QtBot
) -> None:
    form = PassphraseForm(choice)
    qtbot.addWidget(form)
    QTest.keyClicks(form.first.line, "tra")
    assert form.first.line.echoMode() is QLineEdit.EchoMode.Password
    form.proposal.click()
    assert form.first.line.echoMode() is QLineEdit.EchoMode.Normal
    assert form.first.value == choice.state.passphrase
    choice.forget()
    assert form.first.line.echoMode() is QLineEdit.EchoMode.Password
    assert form.first.value == form.second.value == ""


def test_space_goes_to_the_next_word_and_backspace_comes_back(theme: Theme, qtbot: QtBot) -> None:
    field = WordsField()
    qtbot.addWidget(field)
    field.show()
    QTest.keyClicks(field.cells[0], "abri ")
    assert field.focusWidget() is field.cells[1]
    QTest.keyClick(field.cells[1], Qt.Key.Key_Backspace)
    assert field.focusWidget() is field.cells[0]
    assert field.value[0] == "abri"


def test_half_a_paper_pasted_in_the_middle_goes_on_from_there(theme: Theme, qtbot: QtBot) -> None:
    field = WordsField()
    qtbot.addWidget(field)
    field.show()
    with qtbot.waitSignal(field.value_changed):
        field.cells[4].setText("lueur muscle neutre")
    assert field.value[3:8] == ("", "lueur", "muscle", "neutre", "")


def test_the_words_on_the_screen_cannot_be_copied(
    theme: Theme, words: tuple[str, ...], qtbot: QtBot
) -> None:
    shown = ShownWords()
    qtbot.addWidget(shown)
    shown.show_words(words)
    by_mouse = Qt.TextInteractionFlag.TextSelectableByMouse
    by_keyboard = Qt.TextInteractionFlag.TextSelectableByKeyboard
    assert not any(cell.textInteractionFlags() & (by_mouse | by_keyboard) for cell in shown.cells)
    assert shown.cells[23].accessibleName() == f"Mot 24\u00a0: {words[23]}"


def test_the_pdf_names_nobody_and_tells_no_word_outside_its_page(
    theme: Theme, words: tuple[str, ...]
) -> None:
    pdf = paper_pdf(words, date(2026, 11, 24))
    told = _metadata(pdf)
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") == 1
    assert not _mentions(told, getpass.getuser())
    assert re.search(rb"/Author \(.+\)", pdf) is None
    for word in words:
        assert not _mentions(told, word)
    assert FILE_NAME == "cle-de-secours-coffre.pdf"


def _mentions(told: bytes, word: str) -> bool:
    return word.encode() in told or word.encode("utf-16-be") in told


def _metadata(pdf: bytes) -> bytes:
    """All that is not compressed, and what is compressed but drawn as text."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    plain = [b for b in streams if b.lstrip().startswith(b"<?xpacket")]
    for stream in streams:
        try:
            unpacked = zlib.decompress(stream)
        except zlib.error:
            continue
        if b"xmpmeta" in unpacked:
            plain.append(unpacked)
    bare = re.sub(rb"stream\r?\n.*?\r?\nendstream", b"", pdf, flags=re.DOTALL)
    return bare + b"".join(plain)
