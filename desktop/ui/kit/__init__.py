"""The widgets of Coffre. A screen is built from these and from layouts; see `docs/ui-kit.md`.

    header = ScreenHeader(self.tr("Personnes"), search=True, actions=(PrimaryButton(...),))
    lieu = LabeledField(self.tr("Lieu"), Choice([("melle", "Melle")]))
    card = Card(self.tr("Rendez-vous du jour"))
    card.add(ListView(self.tr("Rendez-vous du jour")), stretch=1)

What all of them promise: usable by keyboard, a focus ring of 2 px, an accessible name, plain text
only, no clipping at 200 %. They follow the theme by themselves: no constructor takes it. Values are
read with `.value` and set with `.set_value(...)`, which does not emit; `value_changed`, `chosen`,
`opened` say what a person did.

A widget's module is loaded when it is first asked for: the lock needs five of them, at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.ui.kit.buttons import (
        DangerButton,
        IconButton,
        KitButton,
        LinkButton,
        PrimaryButton,
        SearchButton,
        SecondaryButton,
        Segments,
        answer_main_key,
    )
    from desktop.ui.kit.card import Card, Fact, Figure, PrivateFrame
    from desktop.ui.kit.chips import Chips
    from desktop.ui.kit.columns import Columns
    from desktop.ui.kit.dates import DateField, TimeField
    from desktop.ui.kit.draft_notice import DraftNotice, draft_kept
    from desktop.ui.kit.fields import Choice, LabeledField, LineField, PassphraseField
    from desktop.ui.kit.header import ScreenHeader
    from desktop.ui.kit.labels import Heading, Level, Secondary, Strong, Text
    from desktop.ui.kit.layout import (
        CARD_GAP,
        GRID,
        PAGE_MARGIN,
        Flow,
        FlowLayout,
        ScrollPage,
        clear_layout,
        column,
        row,
        scrolling,
        separator,
        slack,
    )
    from desktop.ui.kit.marked_text import MarkedText
    from desktop.ui.kit.notices import EmptyState, Notice, ProgressCard, UndoBar
    from desktop.ui.kit.pill import Mark, Pill, Shape
    from desktop.ui.kit.rows import KEY_ROLE, ROW_ROLE, ListView, Row, RowDelegate, RowsModel
    from desktop.ui.kit.strength import Strength, StrengthMeter
    from desktop.ui.kit.tabs import Tabs
    from desktop.ui.kit.text_field import TextField
    from desktop.ui.kit.tick import Tick

__all__ = [
    "CARD_GAP",
    "GRID",
    "KEY_ROLE",
    "PAGE_MARGIN",
    "ROW_ROLE",
    "Card",
    "Chips",
    "Choice",
    "Columns",
    "DangerButton",
    "DateField",
    "DraftNotice",
    "EmptyState",
    "Fact",
    "Figure",
    "Flow",
    "FlowLayout",
    "Heading",
    "IconButton",
    "KitButton",
    "LabeledField",
    "Level",
    "LineField",
    "LinkButton",
    "ListView",
    "Mark",
    "MarkedText",
    "Notice",
    "PassphraseField",
    "Pill",
    "PrimaryButton",
    "PrivateFrame",
    "ProgressCard",
    "Row",
    "RowDelegate",
    "RowsModel",
    "ScreenHeader",
    "ScrollPage",
    "SearchButton",
    "Secondary",
    "SecondaryButton",
    "Segments",
    "Shape",
    "Strength",
    "StrengthMeter",
    "Strong",
    "Tabs",
    "Text",
    "TextField",
    "Tick",
    "TimeField",
    "UndoBar",
    "answer_main_key",
    "clear_layout",
    "column",
    "draft_kept",
    "row",
    "scrolling",
    "separator",
    "slack",
]

_MODULES = {
    "buttons": (
        "DangerButton",
        "IconButton",
        "KitButton",
        "LinkButton",
        "PrimaryButton",
        "SearchButton",
        "SecondaryButton",
        "Segments",
        "answer_main_key",
    ),
    "card": (
        "Card",
        "Fact",
        "Figure",
        "PrivateFrame",
    ),
    "chips": ("Chips",),
    "columns": ("Columns",),
    "dates": (
        "DateField",
        "TimeField",
    ),
    "draft_notice": (
        "DraftNotice",
        "draft_kept",
    ),
    "fields": (
        "Choice",
        "LabeledField",
        "LineField",
        "PassphraseField",
    ),
    "header": ("ScreenHeader",),
    "labels": (
        "Heading",
        "Level",
        "Secondary",
        "Strong",
        "Text",
    ),
    "layout": (
        "CARD_GAP",
        "GRID",
        "PAGE_MARGIN",
        "Flow",
        "FlowLayout",
        "ScrollPage",
        "clear_layout",
        "column",
        "row",
        "scrolling",
        "separator",
        "slack",
    ),
    "marked_text": ("MarkedText",),
    "notices": (
        "EmptyState",
        "Notice",
        "ProgressCard",
        "UndoBar",
    ),
    "pill": (
        "Mark",
        "Pill",
        "Shape",
    ),
    "rows": (
        "KEY_ROLE",
        "ROW_ROLE",
        "ListView",
        "Row",
        "RowDelegate",
        "RowsModel",
    ),
    "strength": (
        "Strength",
        "StrengthMeter",
    ),
    "tabs": ("Tabs",),
    "text_field": ("TextField",),
    "tick": ("Tick",),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

if not TYPE_CHECKING:  # a type checker sees the imports above, and no more than them

    def __getattr__(name: str) -> object:
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
        globals()[name] = found  # asked for once
        return found
