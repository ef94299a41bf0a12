"""The beam: how a kind of record is declared, once, for both sides.

A kind is a frozen dataclass. Each field says its French label, its merge rule, its tier and its
limit; its Python type gives the rest. From that declaration come the laptop's table, the mapping
between rows and records, the wire form and its validation, the server's merge and visibility, and
the words a conflict is told with (docs/architecture.md, "The beam").
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType, Self, TypeVar, dataclass_transform

from protocol.ids import ProfessionalId, RecordId
from protocol.limits import SHORT_TEXT

Sealed = NewType("Sealed", str)
"""Text sealed for its author: base64 of the envelope of ``desktop.crypto.sealing``. Never clear."""


class Tier(StrEnum):
    """Who may read a field (docs/glossary.md, "tier")."""

    PRIVATE = "private"
    """Its author alone."""
    SHARED = "shared"
    """The circle of the person: shared professional secrecy (CASF L121-6-2)."""
    SERVICE = "service"
    """The circle of the person and the Département's services: identity, appointments."""
    REFERENCE = "reference"
    """Every enrolled professional: colleagues, structures, places."""
    LOCAL = "local"
    """This laptop only; it never leaves."""


class Rule(StrEnum):
    """What happens when two machines changed the same field unknown to each other."""

    IMMUTABLE = "immutable"
    SCALAR = "scalar"
    SAFETY = "safety"
    SET = "set"
    COUNTER = "counter"
    SEALED_TEXT = "sealed_text"
    APPEND_ONLY = "append_only"


class Shape(StrEnum):
    """What a field's value looks like on the wire and in a column."""

    TEXT = "text"
    CODE = "code"
    ID = "id"
    DATE = "date"
    INSTANT = "instant"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    CODES = "codes"
    ENTRIES = "entries"
    SEALED = "sealed"


class Code(StrEnum):
    """A closed list of codes with their French labels: ``NURSE = "nurse", "Infirmière mobile"``.

    A code from a newer version is kept as it is (its label is the code itself), so that an older
    laptop shows and returns what it does not know.
    """

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Make a member that carries its label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value
        return member

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        member.label = value
        return member

    @classmethod
    def knows(cls, value: str) -> bool:
        """Tell whether this version declares ``value``."""
        return value in cls._value2member_map_


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a kind, as declared."""

    name: str
    label: str
    rule: Rule
    tier: Tier
    shape: Shape
    limit: int
    required: bool
    codes: type[Code] | None
    default: object
    """The Python value of a record that leaves the field out; ``None`` if there is none."""
    protective: tuple[str, ...]
    """For a safety field: its codes from the least to the most protective."""
    for_circle: bool = False
    """Whether its text is sealed for the circle of the dossier: the office reads none of it."""
    retired: bool = False
    """Whether it is only read, where older laptops wrote it in clear: the office takes no more."""


@dataclass(frozen=True, slots=True)
class KindSpec:
    """One kind of record, as declared."""

    name: str
    code: int
    label: str
    tier: Tier
    bucket_field: str | None
    """The field that names the bucket; ``None`` for the reference bucket."""
    signed: str | None
    """The field that says whose it is: a laptop names its own professional there. In the reference,
    she may also change and delete it (``protocol.visibility.may_write``)."""
    most: int | None
    """How many of them the office keeps for one professional; none: as many as come."""
    record: type["Record"]
    fields: tuple[FieldSpec, ...]
    by_name: Mapping[str, FieldSpec]

    @property
    def circle_texts(self) -> tuple[FieldSpec, ...]:
        """The fields whose texts are sealed for the circle."""
        return tuple(item for item in self.fields if item.for_circle)

    @property
    def retired_texts(self) -> tuple[FieldSpec, ...]:
        """The fields that are only read, where older laptops wrote them in clear."""
        return tuple(item for item in self.fields if item.retired)

    @property
    def is_in_drawer(self) -> bool:
        """Whether records live in the private drawer of whoever made them."""
        return self.bucket_field == "created_by"

    @property
    def is_in_dossier(self) -> bool:
        """Whether records live in the dossier of a person, which a circle shares."""
        return self.bucket_field is not None and not self.is_in_drawer


def scalar(
    label: str, *, limit: int = SHORT_TEXT, tier: Tier | None = None, **default: Any
) -> Any:  # a dataclass field specifier has no better type
    """One value, replaced as a whole; concurrent edits keep the later and report the other."""
    return _field(Rule.SCALAR, label, limit, tier, default)


def retired(label: str, *, default: None, limit: int = SHORT_TEXT) -> Any:
    """Text that older laptops wrote in clear: read where it is, emptied, and written no more."""
    return _field(Rule.SCALAR, label, limit, None, {"default": default}, retired=True)


def immutable(label: str, *, limit: int = SHORT_TEXT, **default: Any) -> Any:
    """Written at creation and never again."""
    return _field(Rule.IMMUTABLE, label, limit, None, default)


def choices(label: str, *, limit: int = 60, tier: Tier | None = None, **default: Any) -> Any:
    """Several codes; concurrent edits are joined: base, plus added, minus removed."""
    return _field(Rule.SET, label, limit, tier, default)


def sealed_text(label: str, *, limit: int, tier: Tier | None = None, **default: Any) -> Any:
    """Text the server carries without reading or merging it: compared, then set."""
    return _field(Rule.SEALED_TEXT, label, limit, tier, default)


def carried(label: str, *, limit: int, **default: Any) -> Any:
    """A value of another field as it travels, as JSON: the office opens it, and reads of it what it
    reads of that field."""
    return _field(Rule.SEALED_TEXT, label, limit, None, default, carried=True)


def safety(label: str, *, protective: tuple[str, ...], **default: Any) -> Any:
    """A value that protects someone: the more protective one stands, and the worker is told."""
    return _field(Rule.SAFETY, label, SHORT_TEXT, None, default, protective)


def counter(label: str, **default: Any) -> Any:
    """A number that several people add to."""
    return _field(Rule.COUNTER, label, 0, None, default)


def _field(
    rule: Rule,
    label: str,
    limit: int,
    tier: Tier | None,
    default: dict[str, Any],
    protective: tuple[str, ...] = (),
    *,
    carried: bool = False,
    retired: bool = False,
) -> Any:
    spec = {
        "rule": rule,
        "label": label,
        "limit": limit,
        "tier": tier,
        "protective": protective,
        "carried": carried,
        "retired": retired,
    }
    return dataclasses.field(kw_only=True, metadata={"coffre": spec}, **default)


R = TypeVar("R", bound="Record")
T = TypeVar("T")

# The same ``field_specifiers`` twice: type checkers read them as they are written, not by a name.


@dataclass_transform(
    frozen_default=True,
    kw_only_default=True,
    field_specifiers=(
        scalar,
        retired,
        immutable,
        choices,
        sealed_text,
        carried,
        safety,
        counter,
        dataclasses.field,
    ),
)
def _declared(cls: type[T]) -> type[T]:
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


@_declared
class Record:
    """What every record has: an identifier, and when and by whom it was made."""

    id: RecordId = dataclasses.field()
    created_at: datetime = immutable("Créé le")
    created_by: ProfessionalId = immutable("Créé par")


@dataclass_transform(
    frozen_default=True,
    kw_only_default=True,
    field_specifiers=(
        scalar,
        retired,
        immutable,
        choices,
        sealed_text,
        carried,
        safety,
        counter,
        dataclasses.field,
    ),
)
def kind(
    name: str,
    *,
    code: int,
    label: str,
    tier: Tier,
    bucket: str | None,
    signed: str | None = None,
    most: int | None = None,
) -> Callable[[type[R]], type[R]]:
    """Declare a kind of record.

    ``code`` is its number on the server and is never reused; ``bucket`` names the field whose value
    is the bucket the record lives in (``"id"`` for the person herself), ``None`` for reference;
    ``signed`` names the field that says whose the record is, beside ``created_by``; ``most`` is how
    many of them each may have at the office, far above what people need.
    """

    def declare(cls: type[R]) -> type[R]:
        made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        hints = typing.get_type_hints(made)
        fields = tuple(
            _spec(item, hints[item.name], tier, is_in_dossier=bucket not in (None, "created_by"))
            for item in dataclasses.fields(made)
            if item.name != "id"
        )
        spec = KindSpec(
            name=name,
            code=code,
            label=label,
            tier=tier,
            bucket_field=bucket,
            signed=signed,
            most=most,
            record=made,
            fields=fields,
            by_name=types.MappingProxyType({item.name: item for item in fields}),
        )
        _SPECS[made] = spec
        return made

    return declare


_SPECS: dict[type[Record], KindSpec] = {}


def spec_of(record: type[Record]) -> KindSpec:
    """Return the declaration of a kind's class."""
    return _SPECS[record]


def _spec(
    item: "dataclasses.Field[Any]", hint: object, kind_tier: Tier, *, is_in_dossier: bool
) -> FieldSpec:
    declared = item.metadata["coffre"]
    own_tier = declared["tier"] or kind_tier
    hidden = {Tier.PRIVATE, Tier.LOCAL}
    if own_tier is not kind_tier and hidden & {own_tier, kind_tier}:
        # All readers of a bucket read the same, and can prove it by one digest (protocol.md).
        raise TypeError(f"{item.name!r}: what only its author reads is a kind of its own")
    shape, codes, optional = _shape(hint, declared["rule"])
    has_default = (
        item.default is not dataclasses.MISSING or item.default_factory is not dataclasses.MISSING
    )
    return FieldSpec(
        name=item.name,
        label=declared["label"],
        rule=declared["rule"],
        tier=own_tier,
        shape=shape,
        limit=declared["limit"],
        required=not optional and not has_default,
        codes=codes,
        default=item.default if item.default is not dataclasses.MISSING else None,
        protective=declared["protective"],
        for_circle=is_in_dossier
        and declared["rule"] is Rule.SEALED_TEXT
        and shape is Shape.TEXT
        and not declared["carried"],
        retired=declared["retired"],
    )


_PLAIN: Mapping[object, Shape] = types.MappingProxyType(
    {
        str: Shape.TEXT,
        bool: Shape.FLAG,
        int: Shape.INTEGER,
        float: Shape.NUMBER,
        date: Shape.DATE,
        datetime: Shape.INSTANT,
        Sealed: Shape.SEALED,
    }
)


def _shape(hint: object, rule: Rule) -> tuple[Shape, type[Code] | None, bool]:
    """Return the shape, the codes if any, and whether ``None`` is allowed."""
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        present = [item for item in arguments if item is not types.NoneType]
        shape, codes, _ = _shape(present[0], rule)
        return shape, codes, True
    if typing.get_origin(hint) is frozenset:
        return Shape.CODES, arguments[0], False
    if typing.get_origin(hint) is tuple:
        return Shape.ENTRIES, None, False
    if isinstance(hint, type) and issubclass(hint, Code):
        return Shape.CODE, hint, False
    if hint in _PLAIN:
        return _PLAIN[hint], None, False
    if isinstance(hint, NewType) and hint.__supertype__ is str:
        return Shape.ID, None, False
    raise TypeError(f"a field cannot be declared as {hint!r}")
