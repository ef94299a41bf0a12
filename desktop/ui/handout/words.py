"""What the sheet says, block by block: plain sentences, nobody's name but the one to call."""

from dataclasses import dataclass
from enum import StrEnum

from desktop.domain import phones
from desktop.domain.handout_words import Phrases
from desktop.domain.surroundings import Surroundings
from desktop.services.handouts import Contact, HandoutSheet, HandoutStep, Meeting
from desktop.ui.text import (
    capitalised,
    clock,
    day_planned,
    day_with_year,
    translate,
)
from protocol.kinds.follow_ups import StepOwner

_NEAR = 3
"""Communes that the words of a map name."""
_SHORT = 22
"""Letters of a translation that stands beside the French words, and not below them."""


class Look(StrEnum):
    """How a block is set."""

    TITLE = "title"
    HEADING = "heading"
    LARGE = "large"
    BODY = "body"
    ITEM = "item"
    MAP = "map"


@dataclass(frozen=True)
class Block:
    """One paragraph of the sheet."""

    look: Look
    text: str
    beside: str = ""
    """Its translation, when that is a word or two."""
    is_right_to_left: bool = False
    is_second_language: bool = False
    around: Surroundings | None = None
    """What a map shows; ``text`` says it to who does not see it."""


def blocks_of(
    sheet: HandoutSheet,
    left_out: frozenset[str],
    phrases: Phrases | None,
    *,
    with_map: bool = False,
) -> tuple[Block, ...]:
    """Return the sheet from top to bottom; each fixed sentence is followed by its translation."""
    page = _Page(phrases)
    page.add(Look.TITLE, translate("Handout", "Pour vous"), "for_you")
    met = translate("Handout", "Notre rencontre du {0}").format(day_with_year(sheet.met_on))
    page.add(Look.BODY, met)
    _meeting(page, sheet.meeting, phrases)
    if with_map and sheet.meeting is not None and sheet.meeting.around is not None:
        _map(page, sheet.meeting.around)
    _contact(page, sheet.contact)
    if sheet.said:
        said = translate("Handout", "Ce que nous nous sommes dit")
        page.add(Look.HEADING, said, "what_we_said")
        for paragraph in sheet.said.splitlines():
            if paragraph.strip():
                page.add(Look.BODY, paragraph)
    steps = [step for step in sheet.steps if step.key not in left_out]
    for owner, words, name in (
        (StepOwner.PERSON, translate("Handout", "Vous"), "you"),
        (StepOwner.PROFESSIONAL, translate("Handout", "Nous"), "we"),
        (StepOwner.BOTH, translate("Handout", "Ensemble"), "together"),
    ):
        page.add_steps([step for step in steps if step.owner is owner], words, name)
    return tuple(page.blocks)


def plain(blocks: tuple[Block, ...]) -> str:
    """Return the sheet as a screen reader tells it."""
    return "\n".join(
        f"{block.text} · {block.beside}" if block.beside else block.text for block in blocks
    )


class _Page:
    def __init__(self, phrases: Phrases | None) -> None:
        self._phrases = phrases
        self.blocks: list[Block] = []

    def add(self, look: Look, text: str, translated: str = "") -> None:
        phrases = self._phrases
        if not translated or phrases is None:
            self.blocks.append(Block(look, text))
            return
        again = str(getattr(phrases, translated))
        if len(again) <= _SHORT:
            self.blocks.append(Block(look, text, again))
        else:
            self.blocks.append(Block(look, text))
            self.blocks.append(
                Block(
                    Look.BODY,
                    again,
                    is_right_to_left=phrases.is_right_to_left,
                    is_second_language=True,
                )
            )

    def add_steps(self, steps: list[HandoutStep], words: str, name: str) -> None:
        if steps:
            self.add(Look.HEADING, words, name)
        for step in steps:
            text = step.text.rstrip(" .")
            if step.due_on is not None:
                text = translate("Handout", "{0}, avant le {1}").format(
                    text, day_with_year(step.due_on)
                )
            self.blocks.append(Block(Look.ITEM, f"{text}."))


def _meeting(page: _Page, meeting: Meeting | None, phrases: Phrases | None) -> None:
    page.add(Look.HEADING, translate("Handout", "Votre prochain rendez-vous"), "next_meeting")
    if meeting is None:
        none = translate("Handout", "Aucun rendez-vous n’est fixé pour le moment.")
        page.add(Look.BODY, none, "no_meeting")
        return
    day = capitalised(day_planned(meeting.starts_at.date()))
    year = meeting.starts_at.year
    page.add(
        Look.LARGE,
        translate("Handout", "{0} {1}, à {2}").format(day, year, clock(meeting.starts_at)),
    )
    if phrases is not None:
        numbers = phrases.numbers(meeting.starts_at)
        page.blocks.append(Block(Look.LARGE, numbers, is_second_language=True))
    page.add(Look.BODY, _where(meeting))
    if meeting.is_accessible:
        page.add(Look.BODY, translate("Handout", "Accès possible en fauteuil."))
    if meeting.colleague:
        page.add(Look.BODY, translate("Handout", "Avec {0}.").format(meeting.colleague))


def _map(page: _Page, around: Surroundings) -> None:
    near = ", ".join(town.name for town in around.towns[:_NEAR])
    words = translate("Handout", "Plan\u00a0: {0} et les communes autour").format(around.name)
    told = f"{words} ({near})." if near else f"{words}."
    page.blocks.append(Block(Look.MAP, told, around=around))


def _where(meeting: Meeting) -> str:
    place = ", ".join(part for part in (meeting.place_name, meeting.room) if part)
    commune = meeting.commune_name if meeting.commune_name != meeting.place_name else ""
    street = ", ".join(part for part in (meeting.address, commune) if part)
    told = " — ".join(part for part in (place, street) if part)
    return told or translate("Handout", "Au lieu dont nous avons parlé.")


def _contact(page: _Page, contact: Contact) -> None:
    if not contact.phone:
        return
    page.add(
        Look.HEADING,
        translate("Handout", "En cas d’empêchement, appelez\u00a0:"),
        "if_you_cannot_come",
    )
    page.add(Look.LARGE, phones.display(contact.phone))
    about = ", ".join(
        part for part in (contact.name, contact.job.lower(), contact.structure) if part
    )
    page.add(Look.BODY, about)
