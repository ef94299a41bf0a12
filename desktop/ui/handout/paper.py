"""The sheet on paper: A5, large type, made in memory by whichever lane asks.

It names nobody who is accompanied, neither on the page nor in what a PDF says of itself.
"""

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QMarginsF,
    QRectF,
    QSizeF,
    Qt,
    QUrl,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextImageFormat,
)

from desktop.domain.handout_words import Phrases
from desktop.domain.surroundings import Surroundings
from desktop.ui.handout.small_map import map_image
from desktop.ui.handout.state import Drawn
from desktop.ui.handout.words import Block, Look
from desktop.ui.nameless_pdf import nameless_pdf
from desktop.ui.paper_pen import pen_on
from desktop.ui.theme.theme import FONT_FAMILY

FILE_NAME = "feuille-a-remettre.pdf"
SMALLEST_PT = 14
_INK, _QUIET = "#000000", "#333333"
_MARGIN_MM = 13.0
_SIZES_PT = {
    Look.TITLE: 22,
    Look.HEADING: 15,
    Look.LARGE: 17,
    Look.BODY: 14,
    Look.ITEM: 14,
    Look.MAP: 14,
}
_BOLD = frozenset({Look.TITLE, Look.HEADING, Look.LARGE})
_GAPS_PT = {Look.TITLE: 0, Look.HEADING: 11, Look.LARGE: 1, Look.BODY: 1, Look.ITEM: 3, Look.MAP: 4}
_DOTS_PER_INCH = 96
_POINT = _DOTS_PER_INCH / 72
"""A document counts its gaps in dots of a screen, 96 an inch; Qt scales them to the device."""
_BULLET_PT = 11
_PREVIEW_DPI = 110
_A5_MM = (148.0, 210.0)
_MM_PER_INCH = 25.4
_SCRIPTS = {
    "ar": QFontDatabase.WritingSystem.Arabic,
    "uk": QFontDatabase.WritingSystem.Cyrillic,
}
"""Languages whose letters a computer may lack; the others share the letters of French."""


def can_write(phrases: Phrases) -> bool:
    """Tell whether this computer has the letters of a language: empty boxes help nobody."""
    script = _SCRIPTS.get(phrases.code)
    return script is None or bool(QFontDatabase.families(script))


def draw(blocks: tuple[Block, ...]) -> Drawn:
    """Return the sheet, made in memory; nothing touches a disk."""
    return Drawn(_pdf(blocks), _pages(blocks))


def paint(device: QPagedPaintDevice, blocks: tuple[Block, ...]) -> None:
    """Draw the sheet on the paper that a printer holds, page after page."""
    device.setPageMargins(
        QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM), QPageLayout.Unit.Millimeter
    )
    with pen_on(device) as painter:
        document = _document(blocks, painter)
        for page in range(document.pageCount()):
            if page:
                device.newPage()
            _draw_page(document, painter, page)


def _pdf(blocks: tuple[Block, ...]) -> bytes:
    def on_a5(writer: QPdfWriter) -> None:
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
        paint(writer, blocks)

    return nameless_pdf(on_a5)


def _pages(blocks: tuple[Block, ...]) -> tuple[bytes, ...]:
    margin = round(_MARGIN_MM / _MM_PER_INCH * _PREVIEW_DPI)
    width, height = (round(side / _MM_PER_INCH * _PREVIEW_DPI) for side in _A5_MM)
    blank = QImage(width - 2 * margin, height - 2 * margin, QImage.Format.Format_RGB32)
    dots = round(_PREVIEW_DPI / _MM_PER_INCH * 1000)
    blank.setDotsPerMeterX(dots)
    blank.setDotsPerMeterY(dots)
    pages: list[bytes] = []
    count = 1
    while len(pages) < count:
        inner = QImage(blank)
        inner.fill(Qt.GlobalColor.white)
        painter = QPainter(inner)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        document = _document(blocks, painter)
        count = document.pageCount()
        _draw_page(document, painter, len(pages))
        painter.end()
        pages.append(_png(inner, width, height, margin))
    return tuple(pages)


def _png(inner: QImage, width: int, height: int, margin: int) -> bytes:
    page = QImage(width, height, QImage.Format.Format_RGB32)
    page.fill(Qt.GlobalColor.white)
    painter = QPainter(page)
    painter.drawImage(margin, margin, inner)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    page.save(buffer, "PNG")  # type: ignore[call-overload]  # a device, and the name of a format
    buffer.close()
    return bytes(content.data())


def _draw_page(document: QTextDocument, painter: QPainter, page: int) -> None:
    size = document.pageSize()
    painter.save()
    painter.translate(0, -page * size.height())
    document.drawContents(painter, QRectF(0, page * size.height(), size.width(), size.height()))
    painter.restore()


def _document(blocks: tuple[Block, ...], painter: QPainter) -> QTextDocument:
    """Laid out for the grain of the device, so that points are points."""
    device = painter.device()
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    document.setDefaultFont(_font(Look.BODY))
    document.documentLayout().setPaintDevice(device)
    viewport = painter.viewport()
    document.setPageSize(QSizeF(viewport.width(), viewport.height()))
    cursor = QTextCursor(document)
    for at, block in enumerate(blocks):
        if at:
            cursor.insertBlock()
        cursor.setBlockFormat(_block_format(block, is_first=at == 0))
        if block.around is not None:
            _insert_map(document, cursor, block.around)
            continue
        # Plain text, whatever it holds: what somebody typed is never read as a layout.
        cursor.insertText(_text(block), _char_format(block))
        if block.beside:
            beside = Block(Look.BODY, block.beside, is_second_language=True)
            cursor.insertText(f"  ·  {block.beside}", _char_format(beside))
    _keep_with_what_follows(document, blocks)
    return document


def _keep_with_what_follows(document: QTextDocument, blocks: tuple[Block, ...]) -> None:
    """A heading at the foot of a page goes over to the next one, with what it announces."""
    layout, height = document.documentLayout(), document.pageSize().height()
    for at, block in enumerate(blocks[:-1]):
        heading, below = document.findBlockByNumber(at), document.findBlockByNumber(at + 1)
        pages = [layout.blockBoundingRect(one).top() // height for one in (heading, below)]
        if block.look is Look.HEADING and pages[0] != pages[1]:
            shape = QTextBlockFormat()
            shape.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
            QTextCursor(heading).mergeBlockFormat(shape)


def _insert_map(document: QTextDocument, cursor: QTextCursor, around: Surroundings) -> None:
    image = map_image(around)
    name = QUrl("map")
    document.addResource(QTextDocument.ResourceType.ImageResource.value, name, image)
    shape = QTextImageFormat()
    shape.setName(name.toString())
    width = (
        document.pageSize().width() / cursor.document().documentLayout().paintDevice().logicalDpiX()
    )
    shape.setWidth(width * _DOTS_PER_INCH)
    shape.setHeight(width * _DOTS_PER_INCH * image.height() / image.width())
    cursor.insertImage(shape)


def _text(block: Block) -> str:
    return f"•\u00a0{block.text}" if block.look is Look.ITEM else block.text


def _block_format(block: Block, *, is_first: bool) -> QTextBlockFormat:
    shape = QTextBlockFormat()
    if not is_first and not block.is_second_language:
        shape.setTopMargin(_GAPS_PT[block.look] * _POINT)
    if block.look is Look.ITEM:
        shape.setLeftMargin(_BULLET_PT * _POINT)
        shape.setTextIndent(-_BULLET_PT * _POINT)
    if block.is_right_to_left:
        shape.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    return shape


def _char_format(block: Block) -> QTextCharFormat:
    shape = QTextCharFormat()
    shape.setFont(_font(block.look))
    shape.setForeground(QColor(_QUIET if block.is_second_language else _INK))
    return shape


def _font(look: Look) -> QFont:
    font = QFont(FONT_FAMILY)
    font.setPointSize(max(_SIZES_PT[look], SMALLEST_PT))
    font.setBold(look in _BOLD)
    return font
