"""Records as wire values, which fill in what a test does not care about."""

from typing import Any

from tests.support.raw_device import Op, RawDevice, fresh_id

CREATED_AT = "2026-11-24T08:40:00Z"


def person(author: RawDevice, rid: str | None = None, **fields: Any) -> Op:
    """Return the creation of a person."""
    values = {"birth_name": "Bernard", "first_name": "Sylvie", **fields}
    return _creation(author, "person", rid, values)


def member(
    author: RawDevice, dossier: str, professional: str, rid: str | None = None, **fields: Any
) -> Op:
    """Return the creation of a place in a circle."""
    values = {
        "person": dossier,
        "professional": professional,
        "role": "contributor",
        "started_on": "2026-11-24",
        **fields,
    }
    return _creation(author, "circle_member", rid, values)


def follow_up(author: RawDevice, dossier: str, rid: str | None = None, **fields: Any) -> Op:
    """Return the creation of a follow-up."""
    values = {
        "person": dossier,
        "professional": author.professional,
        "starts_at": CREATED_AT,
        "themes": ["health"],
        **fields,
    }
    return _creation(author, "follow_up", rid, values)


def note(author: RawDevice, rid: str | None = None, body: str = "1c2VhbGVk") -> Op:
    """Return the creation of a clinical note, already sealed."""
    return _creation(author, "clinical_note", rid, {"body": body})


def place(author: RawDevice, rid: str | None = None, **fields: Any) -> Op:
    """Return the creation of a lieu."""
    return _creation(author, "place", rid, {"name": "CSC", "commune": "79174", **fields})


def edit(op: Op, base: int, **fields: Any) -> Op:
    """Return an edit of the record that ``op`` created."""
    return Op(op.kind, op.rid, fields, base=base)


def _creation(author: RawDevice, kind: str, rid: str | None, fields: dict[str, Any]) -> Op:
    common = {"created_at": CREATED_AT, "created_by": author.professional}
    return Op(kind, rid or fresh_id(), {**common, **fields})
