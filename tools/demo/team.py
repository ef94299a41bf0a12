"""Who works in the demonstration, where they are in the week, and the twelve lieux."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

from protocol.kinds.people import Job
from tools.demo.story import Colleague

HEROINE = "Claire Martin"
"""The psychologist whose morning is played."""
REFERENT = "Catherine Roy"
"""The référente who reads her, in the Mellois."""

_WEEKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # Ten half-days, counted from the weekday on which the story ends.
        "Claire Martin": (
            *("Melle", "Chef-Boutonne", "Niort", "Niort"),
            *("Saint-Maixent-l’École", "Saint-Maixent-l’École"),
            *("Melle", "Mauzé-sur-le-Mignon", "Niort", "Chef-Boutonne"),
        ),
        "Hélène Gauthier": (
            *("Bressuire", "Bressuire", "Cerizay", "Mauléon"),
            *("Thouars", "Thouars", "Bressuire", "Thouars", "Cerizay", "Mauléon"),
        ),
        "Solène Bouteiller": (
            *("Parthenay", "Parthenay", "Airvault", "Airvault"),
            *("Ménigoute", "Saint-Maixent-l’École"),
            *("Parthenay", "Ménigoute", "Thouars", "Airvault"),
        ),
        "Sylvie Poupard": (
            *("Thouars", "Thouars", "Bressuire", "Bressuire", "Mauléon"),
            *("Cerizay", "Parthenay", "Parthenay", "Bressuire", "Thouars"),
        ),
        "Thomas Girard": (
            *("Niort", "Niort", "Melle", "Melle", "Niort", "Saint-Maixent-l’École"),
            *("Chef-Boutonne", "Mauzé-sur-le-Mignon", "Niort", "Melle"),
        ),
        "Aminata Sow": (
            *("Bressuire", "Bressuire", "Parthenay", "Ménigoute", "Thouars"),
            *("Thouars", "Airvault", "Parthenay", "Cerizay", "Mauléon"),
        ),
        "Catherine Roy": (
            *("Melle", "Melle", "Chef-Boutonne", "Chef-Boutonne", "Melle"),
            *("Melle", "Chef-Boutonne", "Melle", "Melle", "Melle"),
        ),
        "Mehdi Belkacem": (
            *("Niort", "Niort", "Saint-Maixent-l’École", "Saint-Maixent-l’École", "Niort"),
            *("Mauzé-sur-le-Mignon", "Niort", "Niort", "Saint-Maixent-l’École", "Niort"),
        ),
        "Isabelle Fouchier": (
            *("Bressuire", "Bressuire", "Thouars", "Thouars", "Cerizay"),
            *("Mauléon", "Bressuire", "Thouars", "Cerizay", "Mauléon"),
        ),
        "Julien Texier": (
            *("Parthenay", "Parthenay", "Airvault", "Airvault", "Ménigoute"),
            *("Ménigoute", "Parthenay", "Airvault", "Parthenay", "Ménigoute"),
        ),
    }
)


@dataclass(frozen=True)
class Lieu:
    """A lieu as the table of the lieux has it."""

    name: str
    town: str
    commune: str
    """INSEE code."""


def read_lieux() -> tuple[Lieu, ...]:
    """Return the lieux of the packaged table."""
    return tuple(
        Lieu(row["nom"], row["nom"].partition(" (")[0], row["commune"]) for row in rows("places")
    )


def read_team() -> tuple[Colleague, ...]:
    """Return the professionals of the packaged table, with their weeks."""
    lieux = {lieu.town: lieu.name for lieu in read_lieux()}
    return tuple(
        Colleague(row["nom"], Job(row["métier"]), _week(row["nom"], lieux))
        for row in rows("professionals")
    )


def referent_of(team: tuple[Colleague, ...], place: str) -> Colleague:
    """Return the référent of the territory of a lieu."""
    return _present(team, Job.REFERENT, place)[0]


def advisor_of(team: tuple[Colleague, ...], place: str) -> Colleague:
    """Return the mobility advisor of the territory of a lieu."""
    return _present(team, Job.MOBILITY_ADVISOR, place)[0]


def nurse_of(team: tuple[Colleague, ...], place: str) -> Colleague | None:
    """Return the mobile nurse, where she goes."""
    return next(iter(_present(team, Job.NURSE, place)), None)


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a packaged table."""
    text = (files("resources") / "demo" / f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def _present(team: tuple[Colleague, ...], job: Job, place: str) -> list[Colleague]:
    return [
        colleague
        for colleague in team
        if colleague.job is job and any(place in day for day in colleague.week)
    ]


def _week(name: str, lieux: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    half_days = [lieux[town] for town in _WEEKS[name]]
    return tuple(zip(half_days[::2], half_days[1::2], strict=True))
