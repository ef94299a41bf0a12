"""One page of what a laptop is given, as it is filled."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from protocol import limits
from protocol.kinds import BY_CODE
from protocol.values import Wire
from protocol.wire import Change, FlatFields, Position, Removal, Root

_ROW_BYTES = 110
"""What a change weighs without its values."""


@dataclass(slots=True)
class Page:
    """Changes and removals, with the names they index."""

    cursor: int
    dropped: list[str] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    more: Position | None = None
    root: Root | None = None
    weight: int = 0
    numbers: dict[tuple[str, ...], list[int]] = field(default_factory=dict)
    """Those of the same fields of many records, looked up once."""

    @property
    def is_full(self) -> bool:
        """Tell whether the next row belongs to the next page."""
        rows = len(self.changes) + len(self.removals)
        return rows >= limits.PAGE_ROWS or self.weight >= limits.PAGE_BODY

    @property
    def holds_something(self) -> bool:
        """Tell whether the laptop learns anything from it."""
        return bool(self.changes or self.removals or self.dropped or self.more)

    def add(
        self,
        key: tuple[int, str],
        bucket: str,
        seq: int,
        given: Mapping[str, Wire],
        *,
        whole: bool,
        weight: int | None = None,
    ) -> None:
        """Add a record, or the fields of it that changed."""
        names = tuple(given)
        numbers = self.numbers.get(names)
        if numbers is None:
            numbers = self.numbers[names] = [number_of(name, self.fields) for name in names]
        flat: FlatFields = [None] * (2 * len(names))
        flat[::2] = numbers
        flat[1::2] = given.values()
        kind, rid = key
        number = number_of(BY_CODE[kind].name, self.kinds)
        self.changes.append(Change(number, bucket, rid, seq, whole, flat))
        self.weight += _ROW_BYTES + (weight_of(given) if weight is None else weight)

    def remove(self, key: tuple[int, str], seq: int, cause: str = "deleted") -> None:
        """Add a removal."""
        kind, rid = key
        number = number_of(BY_CODE[kind].name, self.kinds)
        self.removals.append(Removal(number, rid, seq, cause))
        self.weight += _ROW_BYTES


def number_of(name: str, dictionary: dict[str, int]) -> int:
    """Return the number a message gives to a name, a new one if need be."""
    return dictionary.setdefault(name, len(dictionary))


def weight_of(given: Mapping[str, Wire]) -> int:
    """Return about how many bytes values are."""
    return sum(len(value) + 8 if isinstance(value, str | list) else 8 for value in given.values())
