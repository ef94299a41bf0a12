"""The sheet as it comes out: its size, its letters, what it never tells."""

import re
import zlib
from dataclasses import replace
from datetime import date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QImage, QPainter, QTextDocument
from pytestqt.qtbot import QtBot

from desktop.app.session import read_packaged
from desktop.config.handout_words import handout_texts
from desktop.config.referentials import contours_text
from desktop.domain.contours import read_contours
from desktop.domain.handout_words import HandoutWordsError, Phrases, read_phrases, spoken_language
from desktop.domain.surroundings import surroundings
from desktop.services.handouts import Contact, HandoutSheet, HandoutStep, Meeting
from desktop.ui.handout import paper
from desktop.ui.handout.paper import FILE_NAME, SMALLEST_PT, can_write, draw
from desktop.ui.handout.words import Look, blocks_of, plain
from desktop.ui.theme import Theme
from protocol.ids import FollowUpId, PersonId
from protocol.kinds.follow_ups import StepOwner
from protocol.kinds.persons import Discretion

LANGUAGES = {code: read_phrases(code, text) for code, text in handout_texts().items()}
SHEET = HandoutSheet(
    person=PersonId("0190f5a0-0000-7000-8000-000000000001"),
    follow_up=FollowUpId("0190f5a0-0000-7000-8000-000000000002"),
    person_name="Yves Morisset",
    met_on=date(2026, 11, 24),
    discretion=Discretion.NORMAL,
    said="Pensez au courrier de la CAF.\nLe 3114 répond jour et nuit.",
    meeting=Meeting(
        starts_at=datetime(2026, 12, 22, 9, 45),
        place_name="Maison des services",
        room="salle 2",
        address="3 place Bujault",
        commune_name="Melle",
        is_accessible=True,
        colleague="Claire Martin",
    ),
    contact=Contact("Claire Martin", "0549270000", "Psychologue clinicienne", "Département"),
    steps=(
        HandoutStep("a", "Noter les bonnes nuits.", StepOwner.PERSON, None),
        HandoutStep("b", "Appeler la CAF", StepOwner.PROFESSIONAL, date(2026, 12, 4)),
    ),
    withheld=0,
    language="",
)
NOTHING: frozenset[str] = frozenset()


@pytest.fixture(autouse=True)
def _fonts(theme: Theme, qtbot: QtBot) -> None:
    """The letters of Coffre are loaded by its theme."""


def test_it_reads_from_top_to_bottom_in_plain_sentences() -> None:
    assert plain(blocks_of(SHEET, NOTHING, None)).splitlines() == [
        "Pour vous",
        "Notre rencontre du 24 novembre 2026",
        "Votre prochain rendez-vous",
        "Mardi 22 décembre 2026, à 9\u00a0h\u00a045",
        "Maison des services, salle 2 — 3 place Bujault, Melle",
        "Accès possible en fauteuil.",
        "Avec Claire Martin.",
        "En cas d’empêchement, appelez\u00a0:",
        "05 49 27 00 00",
        "Claire Martin, psychologue clinicienne, Département",
        "Ce que nous nous sommes dit",
        "Pensez au courrier de la CAF.",
        "Le 3114 répond jour et nuit.",
        "Vous",
        "Noter les bonnes nuits.",
        "Nous",
        "Appeler la CAF, avant le 4 décembre 2026.",
    ]


def test_what_was_left_out_is_not_on_it_nor_its_heading() -> None:
    words = plain(blocks_of(SHEET, frozenset({"b"}), None))
    assert "CAF," not in words
    assert "Nous\n" not in words


def test_a_small_map_shows_where_it_is_and_tells_it_to_who_does_not_see_it() -> None:
    communes = read_packaged().communes
    around = surroundings(read_contours(contours_text()), communes, "79083")
    assert SHEET.meeting is not None
    away = replace(SHEET, meeting=replace(SHEET.meeting, around=around))
    assert "Plan" not in plain(blocks_of(away, NOTHING, None))
    blocks = blocks_of(away, NOTHING, None, with_map=True)
    assert "Plan\u00a0: Chef-Boutonne et les communes autour (Brioux-sur-Boutonne," in plain(blocks)
    drawn = draw(blocks)
    assert len(drawn.pdf) > len(draw(blocks_of(away, NOTHING, None)).pdf) + 10_000
    assert b"/Subtype /Image" in drawn.pdf


def test_a_heading_never_stays_alone_at_the_foot_of_a_page() -> None:
    for lines in range(8, 26):
        long = replace(SHEET, said="\n".join(["Une phrase simple."] * lines))
        document = _document(None, long)
        layout, height = document.documentLayout(), document.pageSize().height()
        blocks = blocks_of(long, NOTHING, None)
        for at, block in enumerate(blocks[:-1]):
            pair = (document.findBlockByNumber(at), document.findBlockByNumber(at + 1))
            pages = {layout.blockBoundingRect(one).top() // height for one in pair}
            assert block.look is not Look.HEADING or len(pages) == 1


def test_without_an_appointment_it_says_so_and_still_whom_to_call() -> None:
    words = plain(blocks_of(replace(SHEET, meeting=None), NOTHING, None))
    assert "Aucun rendez-vous n’est fixé pour le moment." in words
    assert "05 49 27 00 00" in words


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_each_fixed_sentence_is_said_in_the_second_language_too(code: str) -> None:
    phrases = LANGUAGES[code]
    words = plain(blocks_of(SHEET, NOTHING, phrases))
    said = (phrases.for_you, phrases.next_meeting, phrases.if_you_cannot_come, phrases.you)
    assert all(sentence in words for sentence in (*said, phrases.we, phrases.what_we_said))
    assert "22/12/2026 · 09:45" in words
    assert "Pensez au courrier de la CAF." in words  # her words stay as they were said


def test_a_language_of_the_right_is_set_from_the_right() -> None:
    long = [b for b in blocks_of(SHEET, NOTHING, LANGUAGES["ar"]) if b.is_right_to_left]
    assert LANGUAGES["ar"].if_you_cannot_come in {block.text for block in long}
    assert not any(b.is_right_to_left for b in blocks_of(SHEET, NOTHING, LANGUAGES["en"]))
    document = _document(LANGUAGES["ar"])
    found = [
        document.findBlockByNumber(at).blockFormat().layoutDirection()
        for at in range(document.blockCount())
        if LANGUAGES["ar"].if_you_cannot_come in document.findBlockByNumber(at).text()
    ]
    assert found == [Qt.LayoutDirection.RightToLeft]


def test_a_table_that_lacks_a_sentence_is_refused() -> None:
    text = handout_texts()["en"]
    with pytest.raises(HandoutWordsError):
        read_phrases("en", re.sub(r"^you = .*\n", "", text, flags=re.MULTILINE))
    with pytest.raises(HandoutWordsError):
        read_phrases("en", text + '\nextra = "?"\n')


def test_the_language_written_in_a_sheet_is_recognised() -> None:
    known = tuple(LANGUAGES.values())
    assert spoken_language("Arabe (Syrie)", known) == "ar"
    assert spoken_language("français", known) == ""
    assert spoken_language(None, known) == ""


def test_every_letter_is_large() -> None:
    document = _document(LANGUAGES["en"])
    sizes: set[int] = set()
    for at in range(document.blockCount()):
        block = document.findBlockByNumber(at)
        sizes.update(part.format.font().pointSize() for part in block.textFormats())
    assert min(sizes) >= SMALLEST_PT == 14
    assert len(sizes) >= 3


def test_the_paper_is_a5() -> None:
    drawn = draw(blocks_of(SHEET, NOTHING, LANGUAGES["ar"]))
    assert drawn.pdf.startswith(b"%PDF-")
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", drawn.pdf)
    assert box is not None
    assert [round(float(side)) for side in box.groups()] == [420, 595]  # points
    shown = QImage.fromData(drawn.pages[0])
    assert shown.height() / shown.width() == pytest.approx(210 / 148, abs=0.01)


def test_a_long_sheet_goes_on_over_as_many_pages_as_it_takes() -> None:
    long = replace(SHEET, said="\n".join(["Une phrase simple, dite lentement."] * 60))
    drawn = draw(blocks_of(long, NOTHING, None))
    assert f"/Count {len(drawn.pages)}".encode() in drawn.pdf
    assert len(drawn.pages) >= 3
    assert all(_has_ink(page) for page in drawn.pages)


def test_neither_the_file_nor_what_it_says_of_itself_names_anybody() -> None:
    pdf = draw(blocks_of(SHEET, NOTHING, None)).pdf
    told = _unpacked(pdf)
    for name in ("Yves", "Morisset", "Claire"):
        for written in (name.encode(), name.encode("utf-16-be"), name.encode("utf-16-be").hex()):
            assert (written if isinstance(written, bytes) else written.encode()) not in told
    assert "feuille" in FILE_NAME
    assert b"/Author ()" in pdf
    assert not re.search(r"yves|morisset", FILE_NAME)


def test_what_is_typed_is_never_read_as_a_layout() -> None:
    typed = replace(SHEET, said="<b>Gras</b> & <img src='x'>")
    assert "<b>Gras</b> & <img src='x'>" in plain(blocks_of(typed, NOTHING, None))
    painter = QPainter(image := QImage(500, 700, QImage.Format.Format_RGB32))
    document = paper._document(blocks_of(typed, NOTHING, None), painter)
    painter.end()
    assert not image.isNull()
    assert "<b>Gras</b> & <img src='x'>" in document.toPlainText()


def test_a_language_that_this_computer_cannot_write_is_not_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert can_write(LANGUAGES["pt"])

    class NoFonts:
        WritingSystem = QFontDatabase.WritingSystem

        @staticmethod
        def families(_script: object) -> list[str]:
            return []

    monkeypatch.setattr(paper, "QFontDatabase", NoFonts)
    assert can_write(LANGUAGES["pt"])
    assert not can_write(LANGUAGES["ar"])


def _document(phrases: Phrases | None, sheet: HandoutSheet = SHEET) -> QTextDocument:
    image = QImage(1000, 1400, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    document = paper._document(blocks_of(sheet, NOTHING, phrases), painter)
    painter.end()
    assert {Look.TITLE, Look.ITEM} <= {b.look for b in blocks_of(SHEET, NOTHING, phrases)}
    return document


def _has_ink(page: bytes) -> bool:
    image = QImage.fromData(page)
    return any(
        image.pixelColor(x, y).lightness() < 100
        for x in range(0, image.width(), 2)
        for y in range(0, image.height() // 3, 2)
    )


def _unpacked(pdf: bytes) -> bytes:
    """The PDF with its compressed streams opened."""
    parts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(parts)
