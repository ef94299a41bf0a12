"""Where the fields of each kind stand: sections, lines, units. Labels and codes are declared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from desktop.ui.text import translate


@dataclass(frozen=True)
class FormSection:
    """A card: its title, and the fields that stand side by side on each of its lines."""

    title: str
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class FormLayout:
    """A form of two columns, which stack when the text is large."""

    new: str
    """What a new one is called in the title."""
    known: str
    """What one that is opened again is called."""
    left: tuple[FormSection, ...]
    right: tuple[FormSection, ...]
    units: Mapping[str, str] = field(default_factory=dict)
    first: str = ""
    """Where the keyboard lands."""

    @property
    def names(self) -> tuple[str, ...]:
        """The fields, in the order of the Tab key."""
        sections = (*self.left, *self.right)
        return tuple(name for section in sections for line in section.lines for name in line)


def layout_of(kind: str) -> FormLayout:
    """Return the layout of a kind's form; raise ``KeyError`` for a kind without one."""
    return _LAYOUTS[kind]()


def units_of(kind: str) -> Mapping[str, str]:
    """Return the units of a kind's numbers, as its form and its lists tell them."""
    return _LAYOUTS[kind]().units if kind in _LAYOUTS else {}


def _relay() -> FormLayout:
    return FormLayout(
        new=translate("RecordForm", "Nouveau relais"),
        known=translate("RecordForm", "Relais"),
        left=(
            FormSection(
                translate("RecordForm", "Ce qui est demandé"),
                (("to", "structure"), ("sent_on",), ("person_agreed",), ("request",)),
            ),
        ),
        right=(
            FormSection(
                translate("RecordForm", "Ce qui a été répondu"),
                (("state", "answered_on"), ("answer",)),
            ),
        ),
        first="to",
    )


def _mobility() -> FormLayout:
    return FormLayout(
        new=translate("RecordForm", "Diagnostic mobilité"),
        known=translate("RecordForm", "Diagnostic mobilité"),
        left=(
            FormSection(
                translate("RecordForm", "Permis et véhicule"),
                (
                    ("reviewed_on", "licence"),
                    ("ready_for_code", "vehicle"),
                    ("insured", "roadworthy"),
                ),
            ),
            FormSection(
                translate("RecordForm", "Se déplacer"),
                (
                    ("transit", "zone"),
                    ("reads_map", "buys_tickets"),
                    ("max_kilometres", "max_minutes"),
                    ("odd_hours", "monthly_budget"),
                ),
            ),
        ),
        right=(
            FormSection(
                translate("RecordForm", "Obstacles et réponses"),
                (("obstacles",), ("answers",), ("platform",), ("synthesis",)),
            ),
        ),
        units={
            "max_kilometres": translate("RecordForm", "km aller"),
            "max_minutes": translate("RecordForm", "min aller"),
            "monthly_budget": translate("RecordForm", "€"),
        },
        first="licence",
    )


_LAYOUTS = MappingProxyType({"relay": _relay, "mobility_diagnosis": _mobility})
