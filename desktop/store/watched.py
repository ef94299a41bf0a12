"""What one page of the office changes of the proof: records watched before, settled after.

Digests may be made before the page is there, while the office works: always from this laptop's own
rows, and for nothing once another row was written.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple, Protocol

from desktop.store.records import Data


class Held(NamedTuple):
    """What is held of one bucket."""

    records: int
    digest: int


class Agreed(NamedTuple):
    """A record as both sides know it."""

    bucket: str
    digest: int
    data: Data


class Foreseen(NamedTuple):
    """Digests of some records, made before they are asked for."""

    at: int
    """How many rows this laptop had written by then: once there are more, nothing is foreseen."""
    named: Mapping[str, Set[str]]
    """The records looked at, by kind."""
    before: Mapping[str, Mapping[str, Agreed]]
    """As both sides know them."""
    after: Mapping[str, Mapping[str, Agreed]]
    """As they are here: as both sides know them once the office has taken all that waits."""

    def was(self, name: str, rids: Set[str]) -> dict[str, Agreed] | None:
        """Return records as both sides know them; ``None`` unless all were looked at."""
        return self._those(self.before, name, rids)

    def becomes(self, name: str, rids: Set[str]) -> dict[str, Agreed] | None:
        """Return records as they are once taken; ``None`` unless all were looked at."""
        return self._those(self.after, name, rids)

    def _those(
        self, found: Mapping[str, Mapping[str, Agreed]], name: str, rids: Set[str]
    ) -> dict[str, Agreed] | None:
        if not rids <= self.named.get(name, frozenset()):
            return None
        return {rid: it for rid, it in found[name].items() if rid in rids}


class Sums(Protocol):
    """What records come to: ``desktop.store.proof``."""

    def agreed(
        self, name: str, rids: Iterable[str], known: Mapping[str, Data] | None = None
    ) -> dict[str, Agreed]:
        """Return those of these records that the office holds, as this laptop knows it."""

    def add(self, deltas: Mapping[str, Held]) -> None:
        """Add to what is held of some buckets."""


class Changes:
    """Follows some records through one page."""

    def __init__(self, sums: Sums, foreseen: Foreseen | None = None) -> None:
        self._sums = sums
        self._foreseen = foreseen
        self._before: dict[str, dict[str, Agreed]] = defaultdict(dict)
        self._watched: dict[str, set[str]] = defaultdict(set)

    def watch(self, name: str, rids: Iterable[str]) -> None:
        """Note what is held of some records, before they change."""
        fresh = set(rids) - self._watched[name]
        if fresh:
            self._watched[name] |= fresh
            known = self._foreseen.was(name, fresh) if self._foreseen else None
            self._before[name] |= self._sums.agreed(name, fresh) if known is None else known

    def watch_new(self, name: str, rids: Iterable[str]) -> None:
        """The same for records that this laptop makes: the office does not hold them yet."""
        self._watched[name] |= set(rids)

    def held(self, name: str) -> Mapping[str, Data]:
        """Return the watched records of a kind as they were; what waits on them is not in it."""
        return {rid: it.data for rid, it in self._before[name].items()}

    def settle(
        self, known: Mapping[str, Mapping[str, Data]] | None = None, *, as_foreseen: bool = False
    ) -> None:
        """Add up what is held now.

        ``known``: rows just written, by kind and identifier, exactly as they now are.
        ``as_foreseen``: nothing waits on these records any more, and none was written.
        """
        deltas: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        seen = self._foreseen if as_foreseen else None
        for name, rids in self._watched.items():
            now = seen.becomes(name, rids) if seen else None
            if now is None:
                now = self._sums.agreed(name, rids, (known or {}).get(name))
            for sign, held in ((-1, self._before[name]), (1, now)):
                for bucket, digest, _ in held.values():
                    delta = deltas[bucket]
                    delta[0] += sign
                    delta[1] += sign * digest
        moved = {bucket: Held(*delta) for bucket, delta in deltas.items() if delta != [0, 0]}
        if moved:
            self._sums.add(moved)
        self._watched.clear()
        self._before.clear()
