"""What an edit tells of a field, and what a field becomes by it.

A set tells what came and what went, a counter by how much it moved, all else its value.
"""

from typing import Any

from desktop.store.records import Data
from protocol.kinds import Rule
from protocol.kinds.declare import KindSpec
from protocol.merge import append, apply_set, set_change
from protocol.values import Wire, value_to_wire


def edited_fields(spec: KindSpec, before: Data, after: Data) -> dict[str, Any]:
    """Return what an edit from one form of a record to the other tells the office."""
    changed = [name for name in spec.by_name if before.get(name) != after.get(name)]
    return {name: edit_of(spec, name, before.get(name), after.get(name)) for name in changed}


def edit_of(spec: KindSpec, name: str, before: Wire, after: Wire) -> Any:
    """Return what one field's edit tells."""
    rule = spec.by_name[name].rule
    if rule is Rule.SET:
        return set_change(before, after)
    if rule is Rule.COUNTER:
        return int(after or 0) - int(before or 0)  # type: ignore[arg-type]  # counters are numbers
    return after


def joined(spec: KindSpec, name: str, earlier: Any, edit: Any) -> Any:
    """Return two edits of a field, one after the other, as one."""
    rule = spec.by_name[name].rule
    if rule is Rule.SET:
        (added, removed), (more, less) = earlier, edit
        return [
            sorted((set(added) - set(less)) | set(more)),
            sorted((set(removed) - set(more)) | set(less)),
        ]
    return earlier + edit if rule is Rule.COUNTER else edit


def applied(spec: KindSpec, name: str, stored: Wire, value: Any, *, creates: bool) -> Wire:
    """Return what a field becomes by an edit; a creation tells it whole."""
    item = spec.by_name.get(name)
    if item is None or creates:
        return value  # type: ignore[no-any-return]  # a wire value, checked where it entered
    if item.rule is Rule.SET:
        return apply_set(stored, value)
    if item.rule is Rule.COUNTER:
        return int(stored or 0) + int(value)  # type: ignore[arg-type]  # counters are numbers
    if item.rule is Rule.APPEND_ONLY:
        return append(stored, value)
    return value  # type: ignore[no-any-return]


def without_defaults(spec: KindSpec, before: Data, data: Data) -> Data:
    """Leave out the defaults of fields the record never held: nobody has chosen them.

    A field added to a kind would otherwise be sent, at its default, with the first edit of every
    older record, and cross what a colleague had really chosen.
    """
    return {
        name: value
        for name, value in data.items()
        if name in before or value != value_to_wire(spec.by_name[name], spec.by_name[name].default)
    }
