"""Pages that scroll: what wraps keeps all its lines."""

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit import Flow, scrolling


def test_a_second_line_of_chips_is_never_cut_on_a_page_that_scrolls(qtbot: QtBot) -> None:
    flows = [Flow(*(QLabel("une puce assez longue") for _ in range(6))) for _ in range(12)]
    content = QWidget()
    layout = QVBoxLayout(content)
    for flow in flows:
        layout.addWidget(flow)
    area = scrolling(content)
    qtbot.addWidget(area)
    area.resize(400, 200)
    area.show()
    qtbot.waitUntil(lambda: flows[-1].height() > 20)
    for flow in flows:
        lowest = max(label.geometry().bottom() for label in flow.findChildren(QLabel))
        assert lowest < flow.height()
