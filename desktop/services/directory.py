"""Colleagues, structures and places: what the reference bucket brings to every laptop."""

from dataclasses import dataclass

from desktop.domain.territory import Territory
from desktop.services.workplace import Workplace
from protocol.kinds.people import Job, Professional
from protocol.kinds.places import Network, Place


@dataclass(frozen=True, slots=True)
class Colleague:
    """A professional as others see her."""

    id: str
    name: str
    job: Job
    active: bool

    @property
    def short_name(self) -> str:
        """« C. Roy » for « Catherine Roy »."""
        first, _, rest = self.name.partition(" ")
        return f"{first[:1]}. {rest}" if rest else self.name


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A lieu de rendez-vous."""

    id: str
    name: str
    commune: str
    """INSEE code."""
    commune_name: str
    network: Network | None
    keys_note: str | None
    room: str | None


@dataclass(frozen=True, slots=True)
class CommuneLine:
    """A commune proposed while typing."""

    code: str
    """INSEE code."""
    name: str
    postal_codes: tuple[str, ...]


class Directory:
    """Reads professionals and places."""

    def __init__(self, workplace: Workplace, territory: Territory) -> None:
        self._workplace = workplace
        self._territory = territory

    def me(self) -> Colleague:
        """Return the person this laptop belongs to."""
        return self.colleagues().get(
            self._workplace.me, Colleague(self._workplace.me, "", Job.REFERENT, active=True)
        )

    def colleagues(self) -> dict[str, Colleague]:
        """Return all professionals, by identifier."""
        found = self._workplace.store.records.select(Professional, order='"name"')
        return {p.id: Colleague(p.id, p.name, p.job, p.active) for p in found}

    def places(self) -> list[PlaceLine]:
        """Return the places in use, by name."""
        found = self._workplace.store.records.select(Place, '"active" IS NOT 0', order='"name"')
        return [
            PlaceLine(
                id=place.id,
                name=place.name,
                commune=place.commune,
                commune_name=self.commune_name(place.commune),
                network=place.network,
                keys_note=place.keys_note,
                room=place.room,
            )
            for place in found
        ]

    def commune_name(self, code: str | None) -> str:
        """Return a commune's name from its INSEE code, or nothing."""
        commune = self._territory.commune(code) if code else None
        return commune.name if commune else ""

    def suggest_communes(self, typed: str) -> list[CommuneLine]:
        """Return the communes of the Département that may be meant, best first."""
        found = self._territory.suggest(typed)
        return [CommuneLine(c.code, c.name, tuple(c.postal_codes)) for c in found]

    def epci_name(self, code: str | None) -> str:
        """Return the name of the EPCI a commune belongs to, or nothing."""
        commune = self._territory.commune(code) if code else None
        return self._territory.epci_of(commune).name if commune else ""
