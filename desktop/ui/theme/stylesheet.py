"""The style sheet of the application, written from the tokens.

Kit widgets are reached through their `kind` property, never through object names, so that a screen
can name its widgets as it likes. Pixels of text follow the text scale; the 8 px grid does not.
"""

from string import Template

from desktop.ui.theme.tokens import Tokens

_FIELDS = """
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox {
    background: $surface; color: $ink; border: 1px solid $edge; border-radius: 8px;
    padding: 7px 10px; selection-background-color: $primary; selection-color: $on_primary;
}
QPlainTextEdit, QTextEdit { padding: 5px 6px; }
QLineEdit { lineedit-password-character: 8226; }
QComboBox { padding-right: 32px; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: none; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {
    border: 2px solid $primary; padding: 6px 9px;
}
QComboBox:focus { padding-right: 31px; }
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $primary; padding: 4px 5px; }
QLineEdit[problem="true"], QPlainTextEdit[problem="true"], QComboBox[problem="true"] {
    border-color: $danger;
}
QPlainTextEdit[sealed="true"], QLineEdit[sealed="true"] {
    background: $private_soft; border-color: $private;
}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled {
    background: $sunken; color: $secondary; border-color: $line;
}
QComboBox QAbstractItemView {
    background: $surface; color: $ink; border: 1px solid $edge; outline: none; padding: 4px;
    selection-background-color: $primary_soft; selection-color: $ink;
}
"""

_BUTTONS = """
QPushButton {
    background: $surface; color: $ink; border: 1px solid $line; border-radius: 8px;
    padding: 8px 14px; font-weight: 500;
}
QPushButton:hover { background: $sunken; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border: 2px solid $primary; padding: 7px 13px; outline: none; }
QPushButton:disabled { color: $secondary; background: $sunken; border-color: $line; }
QPushButton[kind="primary"] {
    background: $primary; color: $on_primary; border-color: $primary; font-weight: 600;
}
QPushButton[kind="primary"]:hover, QPushButton[kind="primary"]:pressed {
    background: $primary_hover; border-color: $primary_hover;
}
QPushButton[kind="primary"]:disabled {
    background: $sunken; color: $secondary; border-color: $line;
}
QPushButton[kind="danger"] { color: $danger; border-color: $danger; }
QPushButton[kind="link"] {
    background: transparent; color: $primary; border: 2px solid transparent; padding: 4px 4px;
    font-weight: 400; text-align: left;
}
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border: 2px solid $primary; padding: 4px 4px; }
QPushButton[kind="icon"] { background: transparent; border: 2px solid transparent; padding: 4px; }
QPushButton[kind="icon"]:hover { background: $sunken; }
QPushButton[kind="icon"]:focus { border: 2px solid $primary; }
QPushButton[kind="search"] {
    color: $secondary; border-color: $edge; font-weight: 400; text-align: left;
}
QPushButton[kind="danger"]:focus, QPushButton[kind="search"]:focus { border-color: $primary; }
QPushButton[kind="segment"]:checked {
    background: $primary_soft; color: $primary; border-color: $primary; font-weight: 600;
}
QPushButton[kind="chip"] {
    background: $sunken; color: $secondary; border: 2px solid $sunken; border-radius: $chip_radius;
    padding: 2px 10px; font-size: $small; font-weight: 400;
}
QPushButton[kind="chip"]:hover { border-color: $line; }
QPushButton[kind="chip"]:checked {
    background: $primary_soft; color: $primary; border-color: $primary_soft; font-weight: 600;
}
QPushButton[kind="chip"]:focus { border-color: $primary; padding: 2px 10px; }
"""

_SURFACES = """
QFrame[kind="card"], QFrame[kind="private"] {
    background: $surface; border: 1px solid $line; border-radius: 12px;
}
QFrame[kind="private"] { border-left: 4px solid $private; }
QFrame[kind="fact"] { background: $surface; border: 1px solid $line; border-radius: 8px; }
QFrame[kind="sunken"] { background: $sunken; border: 1px solid $line; border-radius: 12px; }
QFrame[kind="separator"] { background: $line; border: none; }
QFrame[kind="undo"] { background: $ink; border: none; border-radius: 8px; }
QFrame[kind="undo"] QLabel { color: $background; }
QFrame[kind="undo"] QPushButton {
    background: transparent; color: $background; border: 1px solid $background; font-weight: 600;
    padding: 6px 12px;
}
QFrame[kind="undo"] QPushButton:focus { border: 3px solid $background; padding: 4px 10px; }
QFrame[kind="sidebar"] { background: $surface; border: none; border-right: 1px solid $line; }
QFrame[kind="status"] { background: $sunken; border: none; border-radius: 8px; }
QFrame[notice] { background: $sunken; border: 1px solid $line; border-radius: 8px; }
QFrame[notice="primary"] { background: $primary_soft; border-color: $primary; }
QFrame[notice="ok"] { background: $ok_soft; border-color: $ok; }
QFrame[notice="pending"] { background: $pending_soft; border-color: $pending; }
QFrame[notice="danger"] { background: $danger_soft; border-color: $danger; }
QFrame[notice="private"] { background: $private_soft; border-color: $private; }
QLabel[kind="title"] { font-size: $title; font-weight: 700; }
QLabel[kind="heading"] { font-size: $heading; font-weight: 600; }
QLabel[kind="subheading"] { font-size: $subheading; font-weight: 600; }
QLabel[kind="brand"] { font-size: $heading; font-weight: 700; color: $primary; }
QLabel[kind="secondary"] { color: $secondary; }
QLabel[kind="small"] { color: $secondary; font-size: $small; }
QLabel[kind="field"] { color: $secondary; font-size: $small; font-weight: 600; }
QLabel[kind="sealed"] { color: $private; font-size: $small; font-weight: 600; }
QLabel[kind="problem"] { color: $danger; font-size: $small; }
QLabel[kind="strong"] { font-weight: 600; }
QLabel[kind="figure"] { font-size: $title; font-weight: 600; }
"""

_VIEWS = """
QScrollArea { background: transparent; border: none; }
QWidget[kind="page"] { background: transparent; }
QListView, QTableView, QTreeView {
    background: transparent; border: 2px solid transparent; border-radius: 8px; outline: none;
    selection-background-color: $primary_soft; selection-color: $ink; gridline-color: $line;
}
QTableView { border-color: transparent; alternate-background-color: $sunken; }
QTableView::item { padding: 4px 8px; }
QTableView:focus, QTreeView:focus { border-color: $primary; }
QHeaderView::section {
    background: $surface; color: $secondary; border: none; border-bottom: 1px solid $line;
    padding: 6px 8px; font-size: $small; font-weight: 600;
}
QTabBar { border: none; background: transparent; }
QTabBar::tab {
    background: transparent; color: $secondary; border: 2px solid transparent;
    padding: 7px 10px; margin-right: 4px;
}
QTabBar::tab:selected { color: $primary; border-bottom-color: $primary; font-weight: 600; }
QTabBar::tab:hover:!selected { color: $ink; }
QTabBar QToolButton { background: $surface; border: 1px solid $edge; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $edge; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $sunken; border: 1px solid $edge; border-radius: 5px; max-height: 10px; }
QProgressBar::chunk { background: $primary; border-radius: 4px; }
QToolTip {
    background: $surface; color: $ink; border: 1px solid $edge; padding: 4px 6px;
}
QMenu { background: $surface; color: $ink; border: 1px solid $edge; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $primary_soft; color: $ink; }
QMenu::item:disabled { color: $secondary; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
"""

_SHEET = Template(_FIELDS + _BUTTONS + _SURFACES + _VIEWS)


def stylesheet_for(tokens: Tokens) -> str:
    colours = {
        name: value
        for name in tokens.__dataclass_fields__
        if isinstance(value := getattr(tokens, name), str)
    }
    sizes = {
        "title": f"{tokens.text_px(22)}px",
        "heading": f"{tokens.text_px(18)}px",
        "subheading": f"{tokens.text_px(15)}px",
        "small": f"{tokens.text_px(12)}px",
        "chip_radius": f"{tokens.text_px(15) // 2 + 3}px",
    }
    return _SHEET.substitute(colours | sizes)
