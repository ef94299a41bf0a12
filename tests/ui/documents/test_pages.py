"""Pages are drawn from memory, and what cannot be drawn says so."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QColor, QImage

from desktop.ui.documents import open_pages
from desktop.ui.documents.pages import DrawnPages
from desktop.ui.documents.state import CannotShow
from protocol.kinds.documents import DocumentMedia
from tests.support.scans import pdf, png


def dark_rows(image: QImage) -> list[int]:
    """Return the rows of an image in which something is written."""
    white = QColor("white")
    return [
        y
        for y in range(image.height())
        if any(image.pixelColor(x, y) != white for x in range(0, image.width(), 3))
    ]


def test_each_page_of_a_pdf_is_drawn_as_it_is() -> None:
    pages = open_pages(DocumentMedia.PDF, pdf(3))
    assert pages.count == 3
    images = [pages.draw(page, 595) for page in range(3)]
    tops = []
    for image in images:
        assert isinstance(image, QImage)
        assert (image.width(), image.height()) == (595, 842)
        rows = dark_rows(image)
        assert 0 < len(rows) < 60, "one line of text"
        tops.append(rows[0])
    assert tops == sorted(tops)
    assert len(set(tops)) == 3
    pages.close()
    pages.close()
    with pytest.raises(CannotShow):
        pages.draw(0, 595)


def test_a_page_is_as_wide_as_asked_and_never_enormous() -> None:
    pages = open_pages(DocumentMedia.PDF, pdf())
    for asked, wide in ((300, 300), (100_000, 4_240)):
        image = pages.draw(0, asked)
        assert isinstance(image, QImage)
        assert abs(image.width() - wide) <= 1
    pages.close()


def test_a_scan_is_one_page_made_smaller_never_larger() -> None:
    pages = open_pages(DocumentMedia.PNG, png(400, 600))
    assert pages.count == 1
    for asked, wide in ((100, 100), (4_000, 400)):
        image = pages.draw(0, asked)
        assert isinstance(image, QImage)
        assert (image.width(), image.height()) == (wide, wide * 3 // 2)
    pages.close()


def test_a_photograph_is_drawn() -> None:
    made = QImage(80, 40, QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.red)
    pages = open_pages(DocumentMedia.JPEG, written(made, "JPEG"))
    image = pages.draw(0, 80)
    pages.close()
    assert isinstance(image, QImage)
    assert image.pixelColor(40, 20).red() > 200


@pytest.mark.parametrize(
    ("media", "content"),
    [
        (DocumentMedia.PDF, b"%PDF-1.4\nrien"),
        (DocumentMedia.PDF, pdf()[:60]),
        (DocumentMedia.PNG, png()[:30]),
        (DocumentMedia.PNG, png(60_000, 60_000)),
        (DocumentMedia.JPEG, b"\xff\xd8\xff\xe0"),
    ],
)
def test_what_is_damaged_or_enormous_is_said_not_to_be_shown(
    media: DocumentMedia, content: bytes
) -> None:
    with pytest.raises(CannotShow):
        open_pages(media, content).draw(0, 500)


def test_what_shows_through_a_scan_is_white() -> None:
    made = QImage(30, 20, QImage.Format.Format_ARGB32)
    made.fill(Qt.GlobalColor.transparent)
    made.setPixelColor(3, 3, QColor("navy"))
    pages = open_pages(DocumentMedia.PNG, written(made, "PNG"))
    image = pages.draw(0, 100)
    pages.close()
    assert isinstance(image, QImage)
    assert image.pixelColor(10, 10) == QColor("white")
    assert image.pixelColor(3, 3) == QColor("navy")


@pytest.mark.parametrize("media", [DocumentMedia.PNG, DocumentMedia.JPEG])
def test_no_image_is_unfolded_in_the_process_that_holds_the_keys(
    media: DocumentMedia, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing may start beside Coffre, an image is not shown rather than read in it."""
    made = QImage(30, 20, QImage.Format.Format_RGB32)
    content = written(made, media.value.upper())
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(CannotShow):
        open_pages(media, content)


def test_what_draws_a_pdf_is_not_loaded_before_a_pdf_is_read() -> None:
    code = "import sys, desktop.ui.documents; print('pypdfium2' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert said.stdout.strip() == "False"


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    b' width="50" height="50"><image xlink:href="file:///etc/hostname" width="9" height="9"/></svg>'
)


@pytest.mark.parametrize("media", [DocumentMedia.PNG, DocumentMedia.JPEG, DocumentMedia("svg")])
@pytest.mark.parametrize("content", [SVG, b"GIF89a" + bytes(40), b"P6 2 2 255\n" + bytes(12)])
def test_what_is_called_a_photograph_and_is_none_is_not_opened(
    media: DocumentMedia, content: bytes
) -> None:
    with pytest.raises(CannotShow):
        open_pages(media, content)


def test_a_png_that_is_called_a_jpeg_is_not_opened() -> None:
    with pytest.raises(CannotShow):
        open_pages(DocumentMedia.JPEG, png())


@pytest.mark.parametrize(("width", "height"), [("1", "900000"), ("0.01", "900000")])
def test_a_page_like_a_thread_is_drawn_within_bounds(width: str, height: str) -> None:
    pages = open_pages(DocumentMedia.PDF, with_box(width, height))
    image = pages.draw(0, 1_400)
    assert isinstance(image, QImage)
    assert max(image.width(), image.height()) <= 6_001
    pages.close()


@pytest.mark.parametrize("height", ["100000000", "3000000000"])
def test_a_page_of_kilometres_is_not_drawn(height: str) -> None:
    pages = open_pages(DocumentMedia.PDF, with_box("1", height))
    with pytest.raises(CannotShow):
        pages.draw(0, 1_400)
    pages.close()


def test_a_pdf_made_to_take_all_the_memory_is_ended_and_coffre_goes_on() -> None:
    pages = DrawnPages(DocumentMedia.PDF, folded(levels=12), patience_s=2)
    begun = time.monotonic()
    with pytest.raises(CannotShow):
        pages.draw(0, 600)
    assert time.monotonic() - begun < 8
    with pytest.raises(CannotShow):
        pages.draw(0, 600)
    pages.close()
    other = open_pages(DocumentMedia.PDF, pdf())
    assert isinstance(other.draw(0, 600), QImage)
    other.close()


def test_a_page_that_is_not_there_is_said_not_to_be_shown_and_the_others_are() -> None:
    pages = open_pages(DocumentMedia.PDF, pdf(2))
    with pytest.raises(CannotShow):
        pages.draw(2, 600)
    assert isinstance(pages.draw(1, 600), QImage)
    pages.close()


def written(image: QImage, form: str) -> bytes:
    """Return an image as a file of that form."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, form)  # type: ignore[call-overload]  # PySide's stubs miss the format
    return bytes(buffer.data().data())


def with_box(width: str, height: str) -> bytes:
    """Return a PDF whose page says that it is so large, in points."""
    return pdf().replace(b"[0 0 595 842]", f"[0 0 {width} {height}]".encode())


def folded(levels: int) -> bytes:
    """Return a PDF of one drawing ten times in another, itself ten times in another, and so on."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</XObject<</F 5 0 R>>>>>>",
        b"<</Length 5>>stream\n/F Do\nendstream",
    ]
    for level in range(levels):
        drawn = b"/F Do " * 10 if level < levels - 1 else b"0 0 10 10 re f"
        parts.append(
            b"<</Type/XObject/Subtype/Form/BBox[0 0 600 900]"
            b"/Resources<</XObject<</F %d 0 R>>>>/Length %d>>stream\n%s\nendstream"
            % (min(6 + level, 4 + levels), len(drawn), drawn)
        )
    made, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(made))
        made += b"%d 0 obj%sendobj\n" % (number, part)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(parts) + 1,
        table,
    )
