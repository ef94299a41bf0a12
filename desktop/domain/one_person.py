"""Dossiers that are one person's: which of them stands for all, whatever order that was said in.

Two people may join the same dossiers the other way round, or in a chain, unknown to each other.
Every laptop that holds the same links answers the same.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from protocol.values import Wire


class Link(NamedTuple):
    """Somebody said that ``person`` is the same as ``into``, whose dossier is kept."""

    person: str
    into: str


@dataclass(frozen=True, slots=True)
class OnePerson:
    """Which dossiers are shown as one."""

    _kept: Mapping[str, str] = field(default_factory=dict)
    _members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def kept_of(self, person: str) -> str:
        """Return the dossier that stands for this one: often itself."""
        return self._kept.get(person, person)

    def all_of(self, person: str) -> tuple[str, ...]:
        """Return all the dossiers of somebody, the one that stands for them first."""
        kept = self.kept_of(person)
        return self._members.get(kept, (kept,))

    def are_one(self, one: str, other: str) -> bool:
        """Tell whether two dossiers are shown as one."""
        return self.kept_of(one) == self.kept_of(other)

    @property
    def absorbed(self) -> tuple[str, ...]:
        """The dossiers that another one stands for."""
        return tuple(sorted(one for one, kept in self._kept.items() if one != kept))

    @property
    def linked(self) -> tuple[str, ...]:
        """Every dossier that is joined with another one."""
        return tuple(sorted(self._kept))


def one_person(
    links: Iterable[Link],
    held: Iterable[str] | None = None,
    may_stand: Callable[[str, str], bool] = lambda one, other: True,
) -> OnePerson:
    """Join dossiers by their links; with ``held``, show only what this laptop holds.

    ``may_stand``: whether two of them may stand for one another, whatever was said.

    The one kept was absorbed by no other; where two were, or where each absorbed the other, the
    smallest identifier (the oldest) settles it.
    """
    known = sorted(set(links))
    root = _roots(known)
    absorbed = {link.person for link in known}
    targets = {link.into for link in known}
    present = set(root) if held is None else set(held) & set(root)
    groups: dict[str, list[str]] = {}
    for person in sorted(present):
        groups.setdefault(root[person], []).append(person)
    kept: dict[str, str] = {}
    members: dict[str, tuple[str, ...]] = {}
    for group in (part for whole in groups.values() for part in _parts(whole, may_stand)):
        first = min(group, key=lambda one: (one in absorbed, one not in targets, one))
        members[first] = (first, *(one for one in group if one != first))
        kept.update(dict.fromkeys(group, first))
    return OnePerson(MappingProxyType(kept), MappingProxyType(members))


def _parts(group: list[str], may_stand: Callable[[str, str], bool]) -> list[list[str]]:
    """Cut a group so that each two of a part may stand for one another."""
    parts: list[list[str]] = []
    for one in group:
        fit = (part for part in parts if all(may_stand(one, other) for other in part))
        part = next(fit, None)
        if part is None:
            parts.append([one])
        else:
            part.append(one)
    return parts


def _roots(links: Iterable[Link]) -> dict[str, str]:
    parent: dict[str, str] = {}

    def root(one: str) -> str:
        while parent.setdefault(one, one) != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for link in links:
        here, there = sorted((root(link.person), root(link.into)))
        parent[there] = here
    return {one: root(one) for one in tuple(parent)}


@dataclass(frozen=True, slots=True, repr=False)
class Before:
    """What joining two dossiers changed, so that separating them can put it back."""

    lines: Mapping[str, tuple[Wire, Wire]] = field(default_factory=dict)
    """For each field of the kept sheet that changed: what stood there, and what was chosen."""
    roles: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """For each place in a circle whose role changed: what it was, and what it became."""
    places: tuple[str, ...] = ()
    """The places in the circles that were added."""

    def to_json(self) -> str:
        """Return it as it is kept in the record."""
        parts = {"lines": dict(self.lines), "roles": dict(self.roles), "places": self.places}
        return json.dumps(parts, ensure_ascii=False)


def before_from_json(text: str | None) -> Before:
    """Read ``Before.to_json``; what another version wrote otherwise puts nothing back."""
    try:
        parts = json.loads(text or "{}")
        return Before(
            lines={str(name): (was, now) for name, (was, now) in parts["lines"].items()},
            roles={str(rid): (str(was), str(now)) for rid, (was, now) in parts["roles"].items()},
            places=tuple(str(rid) for rid in parts["places"]),
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        return Before()
