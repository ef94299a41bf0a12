"""Sentences of a dossier: who the person is, when things happen, who reads."""

from datetime import date, datetime

from desktop.config.clock import paris
from desktop.domain import phones
from desktop.services.circles import CircleLine
from desktop.services.corrections import CorrectionLine
from desktop.services.handouts import GivenLine
from desktop.services.persons import PersonSheet
from desktop.services.timeline import TimelineLine
from desktop.ui.birth_words import born
from desktop.ui.dossier.reading import Upcoming
from desktop.ui.kit import Mark, Shape
from desktop.ui.text import (
    capitalised,
    clock,
    day_long,
    day_of_year,
    day_with_year,
    duration,
    moment,
    translate,
)
from desktop.ui.theme import Role
from protocol.kinds.agenda import AppointmentStatus
from protocol.kinds.persons import Discretion, Person, PersonStatus


def subtitle(sheet: PersonSheet, *, phone_shown: bool) -> str:
    """Return « Né le 4 mars 1979 · Melle · 06 ·· ·· ·· 18 · réf. unique : C. Roy »."""
    person = sheet.person
    referent = ""
    if sheet.referent is not None:
        referent = translate("Dossier", "réf. unique : {0}").format(sheet.referent.short_name)
    number = phone(person.phone1, shown=phone_shown)
    parts = (capitalised(born(person)), sheet.commune_name, number, referent)
    return " · ".join(part for part in parts if part)


def phone(kept: str | None, *, shown: bool) -> str:
    """Return the number, its middle hidden unless asked for: somebody may look over a shoulder."""
    if not kept:
        return ""
    return phones.display(kept) if shown else phones.masked(kept)


def header_mark(person: Person) -> Mark | None:
    """Return what must not be overlooked before reaching out, else that a dossier is not active."""
    if person.discretion is Discretion.DANGER:
        return Mark(person.discretion.label, Role.DANGER, Shape.SQUARE)
    if person.discretion is Discretion.DISCREET:
        return Mark(person.discretion.label, Role.PENDING, Shape.TRIANGLE)
    if person.status is not PersonStatus.ACTIVE:
        return Mark(person.status.label)
    return None


def discretion_warning(person: Person) -> str:
    """Return the sentence above the phone numbers, empty for an ordinary contact."""
    if person.discretion is Discretion.DANGER:
        return translate(
            "Dossier",
            "Ne laissez jamais de message et ne dites pas d’où vous appelez : cela peut mettre la"
            " personne en danger.",
        )
    if person.discretion is Discretion.DISCREET:
        return translate(
            "Dossier", "Contact discret : ne dites pas le motif de l’appel à quelqu’un d’autre."
        )
    return ""


def planned(item: Upcoming, today: date) -> tuple[str, str]:
    """Return « Mardi 1er décembre, 9 h 45 » and « Melle · Consultation · 45 min · avec vous »."""
    at = paris(item.starts_at)
    who = translate("Dossier", "avec vous")
    if not item.mine:
        who = translate("Dossier", "avec {0}").format(item.colleague.short_name)
    about = (item.place_name, item.motive.label, duration(item.minutes), who)
    when = f"{capitalised(day_long(at.date(), today))}, {clock(at)}"
    return when, " · ".join(part for part in about if part)


def place_in_circle(line: CircleLine, today: date) -> str:
    """Return « Référent unique depuis le 3 novembre 2026 », or until when, and who still reads."""
    since = day_with_year(line.started_on)
    if line.ended_on is None:
        return translate("Dossier", "{0} depuis le {1}").format(line.role.label, since)
    ended = translate("Dossier", "{0} jusqu’au {1}").format(
        line.role.label, day_with_year(line.ended_on)
    )
    if line.reads_until is not None and line.reads_until >= today:
        until = day_with_year(line.reads_until)
        return translate("Dossier", "{0} · lit le dossier jusqu’au {1}").format(ended, until)
    return ended


def follow_up_title(line: TimelineLine, now: datetime) -> str:
    """Return « mardi 24 novembre, 9 h 45 »."""
    at = paris(line.starts_at)
    return f"{day_long(at.date(), now.date())}, {clock(at)}"


def follow_up_about(line: TimelineLine) -> str:
    """Return « C. Roy · Melle · Accueil sur rendez-vous · 45 min »."""
    who = translate("Dossier", "Vous") if line.mine else line.author.short_name
    absent = "" if line.presence is AppointmentStatus.ATTENDED else line.presence.label
    parts = (who, line.place_name, line.medium.label, duration(line.minutes), absent)
    return " · ".join(part for part in parts if part)


def corrected(line: TimelineLine, now: datetime) -> str:
    """Return « Corrigé le 24 novembre à 9 h 45 par Claire Martin »; nothing if it never was."""
    if line.corrected is None:
        return ""
    day, hour = _day_and_hour(line.corrected.at, now)
    if not line.corrected.author.name:
        return translate("Dossier", "Corrigé le {0} à {1}").format(day, hour)
    said = translate("Dossier", "Corrigé le {0} à {1} par {2}")
    return said.format(day, hour, line.corrected.author.name)


def correction_title(line: CorrectionLine, now: datetime) -> str:
    """Return « Le 24 novembre à 9 h 45, par Claire Martin »."""
    day, hour = _day_and_hour(line.corrected_at, now)
    if not line.author.name:
        return translate("Dossier", "Le {0} à {1}").format(day, hour)
    return translate("Dossier", "Le {0} à {1}, par {2}").format(day, hour, line.author.name)


def _day_and_hour(moment: datetime, now: datetime) -> tuple[str, str]:
    at = paris(moment)
    return day_of_year(at.date(), now.date()), clock(at)


def sheet_given(line: GivenLine, now: datetime) -> str:
    """Return « Feuille imprimée et remise hier, 10 h 32, par vous »."""
    who = translate("Dossier", "vous") if line.mine else line.by.short_name
    said = translate("Dossier", "Feuille imprimée et remise {0}, par {1}.")
    if not line.printed:
        said = translate("Dossier", "Feuille enregistrée pour la personne {0}, par {1}.")
    return said.format(moment(paris(line.given_at), now), who)


def excerpt(line: TimelineLine) -> str:
    """Return the first words of what was written for the team, on one line."""
    words = line.summary or line.person_words or line.for_person or line.next_step
    return " ".join(words[:300].split())
