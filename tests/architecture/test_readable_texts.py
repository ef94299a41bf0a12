"""From here the office reads no sentence: a text is sealed, or somebody has said why it is not."""

from protocol.kinds import SYNCED, FieldSpec, Shape
from tests.architecture.readable_texts import READABLE


def test_each_text_that_leaves_a_laptop_is_sealed_or_has_a_reason_to_be_read() -> None:
    texts = {
        f"{spec.name}.{item.name}": item
        for spec in SYNCED.values()
        for item in spec.fields
        if item.shape in (Shape.TEXT, Shape.SEALED, Shape.ENTRIES)
    }
    in_clear = {name for name, item in texts.items() if not _is_sealed(item)}
    assert in_clear == READABLE.keys()


def test_what_is_retired_was_a_text_that_may_be_emptied() -> None:
    retired = [item for spec in SYNCED.values() for item in spec.retired_texts]
    assert {item.name for item in retired} == {"detail", "cancel_reason"}
    assert not any(item.required for item in retired)


def _is_sealed(item: FieldSpec) -> bool:
    return item.for_circle or item.shape is Shape.SEALED or item.retired
