"""Each kind of record is declared once, and its declaration holds together."""

import pytest

from protocol.errors import UnknownKind
from protocol.kinds import (
    BY_CODE,
    KINDS,
    SYNCED,
    FieldSpec,
    KindSpec,
    Rule,
    Shape,
    Tier,
    kind_named,
)

FIELDS = [
    pytest.param(item, id=f"{spec.name}.{item.name}")
    for spec in KINDS.values()
    for item in spec.fields
]
SPECS = [pytest.param(spec, id=spec.name) for spec in KINDS.values()]


def test_codes_are_never_shared_and_never_change() -> None:
    assert {code: spec.name for code, spec in BY_CODE.items()} == {
        1: "professional",
        2: "structure",
        3: "place",
        4: "person",
        5: "person_identifier",
        6: "circle_member",
        7: "appointment",
        8: "follow_up",
        9: "clinical_note",
        10: "conflict",
        11: "same_person",
        12: "opening_slot",
        13: "absence",
        14: "contact_attempt",
        15: "waiting",
        16: "programme",
        17: "step",
        18: "workshop_session",
        19: "workshop_place",
        20: "care_accompaniment",
        21: "relay",
        22: "mobility_diagnosis",
        23: "unmet_need",
        24: "handout",
        25: "correction",
        26: "trip",
        27: "document",
        28: "circle_key",
        100: "draft",
    }


def test_what_is_local_is_never_synced() -> None:
    assert "draft" in KINDS
    with pytest.raises(UnknownKind):
        kind_named("draft")
    assert all(spec.tier is not Tier.LOCAL for spec in SYNCED.values())


@pytest.mark.parametrize("spec", SPECS)
def test_a_record_says_when_and_by_whom_it_was_made_for_ever(spec: KindSpec) -> None:
    for name in ("created_at", "created_by"):
        assert spec.by_name[name].rule is Rule.IMMUTABLE
        assert spec.by_name[name].required


@pytest.mark.parametrize("spec", SPECS)
def test_a_record_cannot_change_bucket_by_an_edit(spec: KindSpec) -> None:
    if spec.bucket_field in (None, "id"):
        return
    item = spec.by_name[str(spec.bucket_field)]
    assert item.rule is Rule.IMMUTABLE
    assert item.required
    assert item.shape is Shape.ID


@pytest.mark.parametrize("spec", SPECS)
def test_only_the_reference_is_read_by_everybody(spec: KindSpec) -> None:
    if spec.bucket_field is None:
        assert spec.tier in (Tier.REFERENCE, Tier.LOCAL)


@pytest.mark.parametrize("spec", SPECS)
def test_a_private_kind_lives_with_its_author(spec: KindSpec) -> None:
    if spec.tier is Tier.PRIVATE:
        assert spec.bucket_field == "created_by"


@pytest.mark.parametrize("spec", SPECS)
def test_whose_a_record_is_was_written_once(spec: KindSpec) -> None:
    if spec.signed is None:
        return
    item = spec.by_name[spec.signed]
    assert item.rule is Rule.IMMUTABLE
    assert item.shape is Shape.ID


@pytest.mark.parametrize("spec", SPECS)
def test_a_record_lives_in_one_sort_of_bucket(spec: KindSpec) -> None:
    is_common = spec.bucket_field is None
    assert [spec.is_in_dossier, spec.is_in_drawer, is_common].count(True) == 1


@pytest.mark.parametrize("item", FIELDS)
def test_a_field_has_a_french_label_and_a_bound(item: FieldSpec) -> None:
    assert item.label
    if item.shape in (Shape.TEXT, Shape.SEALED, Shape.CODES):
        assert item.limit > 0


@pytest.mark.parametrize("item", FIELDS)
def test_a_safety_field_orders_all_its_codes(item: FieldSpec) -> None:
    if item.rule is Rule.SAFETY:
        assert item.codes is not None
        assert set(item.protective) == set(item.codes)


@pytest.mark.parametrize("item", FIELDS)
def test_a_code_from_a_newer_version_is_kept_as_it_is(item: FieldSpec) -> None:
    if item.codes is not None:
        unknown = item.codes("from_next_year")
        assert (str(unknown), unknown.label) == ("from_next_year", "from_next_year")
        assert not item.codes.knows("from_next_year")
