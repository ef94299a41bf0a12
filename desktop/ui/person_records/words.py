"""Sentences of the page of the professions: what was done, by whom, when, and what waits."""

from collections.abc import Iterable
from datetime import date

from desktop.config.clock import paris
from desktop.services.care import CareLine
from desktop.services.directory import Colleague
from desktop.services.mobility import Difference, MobilityVersion
from desktop.services.needs import NeedLine
from desktop.services.relays import RelayLine
from desktop.ui.kit import Mark, Shape
from desktop.ui.record_form.layouts import layout_of, units_of
from desktop.ui.record_form.words import told
from desktop.ui.text import capitalised, day_long, day_with_year, number, translate
from desktop.ui.theme import Role
from protocol.kinds.care import CareOutcome, RelayState

_UNITS_OF = "mobility_diagnosis"


def by(author: Colleague, *, mine: bool) -> str:
    """Return « par vous » or « par H. Lambert »."""
    if mine:
        return translate("PersonRecords", "par vous")
    return translate("PersonRecords", "par {0}").format(author.short_name)


def care_title(line: CareLine, today: date) -> str:
    """Return « Lundi 23 novembre · Dentiste »."""
    where = line.care_place.label if line.care_place else line.purpose.label
    return f"{capitalised(day_long(paris(line.at).date(), today))} · {where}"


def care_about(line: CareLine) -> str:
    """Return « Lieu de soins · Véhicule du service · 24 km · par vous »."""
    kilometres = f"{number(line.kilometres)}\u00a0km" if line.kilometres is not None else ""
    parts = (
        line.purpose.label if line.care_place else "",
        line.transport.label if line.transport else "",
        kilometres,
        by(line.author, mine=line.mine),
    )
    return " · ".join(part for part in parts if part)


def care_mark(line: CareLine) -> Mark | None:
    """Return what came of it."""
    if line.outcome is None:
        return None
    if line.outcome is CareOutcome.DONE:
        return Mark(line.outcome.label, Role.OK)
    return Mark(line.outcome.label, Role.PENDING, Shape.TRIANGLE)


def relay_title(line: RelayLine) -> str:
    """Return « CMP · CH de Niort »."""
    return " · ".join(part for part in (line.to.label, line.structure_name) if part)


def relay_about(line: RelayLine) -> str:
    """Return « Envoyé le 3 novembre 2026 par vous · sans réponse depuis 21 jours »."""
    sent = translate("PersonRecords", "Envoyé le {0} {1}").format(
        day_with_year(line.sent_on), by(line.author, mine=line.mine)
    )
    agreed = "" if line.person_agreed else translate("PersonRecords", "accord non noté")
    return " · ".join(part for part in (sent, relay_delay(line), agreed) if part)


def relay_delay(line: RelayLine) -> str:
    """Return how long the answer takes, or took."""
    if line.waits:
        if not line.days:
            return translate("PersonRecords", "pas encore de réponse")
        return translate("PersonRecords", "sans réponse depuis %n jour(s)", "", line.days)
    if line.answered_on is None:
        return ""
    if not line.days:
        return translate("PersonRecords", "répondu le jour même")
    return translate("PersonRecords", "répondu en %n jour(s)", "", line.days)


def relay_mark(line: RelayLine) -> Mark:
    """Return what was answered."""
    if line.state is RelayState.ACCEPTED:
        return Mark(line.state.label, Role.OK)
    if line.state is RelayState.REFUSED:
        return Mark(line.state.label, Role.DANGER)
    if line.waits:
        return Mark(line.state.label, Role.PENDING, Shape.TRIANGLE)
    return Mark(line.state.label)


def need_about(line: NeedLine) -> str:
    """Return « Aucune offre · Melle · noté le 3 novembre 2026 par vous »."""
    noted = translate("PersonRecords", "noté le {0} {1}").format(
        day_with_year(line.noted_on), by(line.author, mine=line.mine)
    )
    return " · ".join(part for part in (line.reason.label, line.commune_name, noted) if part)


def version_name(version: MobilityVersion) -> str:
    """Return « 3 novembre 2026, H. Lambert »."""
    who = translate("PersonRecords", "par vous") if version.mine else version.author.short_name
    return ", ".join(part for part in (day_with_year(version.reviewed_on), who) if part)


def version_about(version: MobilityVersion, before: MobilityVersion | None) -> str:
    """Return when and by whom, and what it is compared with."""
    done = translate("PersonRecords", "Fait le {0} {1}").format(
        day_with_year(version.reviewed_on), by(version.author, mine=version.mine)
    )
    if before is None:
        return translate("PersonRecords", "{0} · premier diagnostic").format(done)
    return translate("PersonRecords", "{0} · comparé à celui du {1}").format(
        done, day_with_year(before.reviewed_on)
    )


def as_asked(differences: Iterable[Difference]) -> list[Difference]:
    """Return fields in the order in which the form asks for them."""
    names = layout_of(_UNITS_OF).names
    places = {name: at for at, name in enumerate(names)}
    return sorted(differences, key=lambda one: places.get(one.item.name, len(names)))


def compared(
    difference: Difference, before: MobilityVersion | None, now: MobilityVersion
) -> tuple[str, str, str]:
    """Return the label of a field, its value before and its value now, as people read them."""
    item = difference.item
    unit = units_of(_UNITS_OF).get(item.name, "")
    was = before.platform_name if before is not None else ""
    return (
        item.label,
        told(item, difference.before, unit=unit, name=was),
        told(item, difference.now, unit=unit, name=now.platform_name),
    )
