"""The mobility diagnosis: versions, comparison, and who may correct."""

from datetime import date

import pytest

from desktop.services.errors import InvalidInput, NotAllowed, NotFound
from desktop.services.mobility import differences
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds.care import MobilityDiagnosis
from protocol.kinds.people import StructureKind
from tests.support.forms import answer, record, structure
from tests.support.laptop import Desk, bring, professional, seed_small


@pytest.fixture
def persons(claire: Desk) -> list[PersonId]:
    return seed_small(claire)


@pytest.fixture
def yves(persons: list[PersonId]) -> PersonId:
    return persons[1]


def test_a_review_starts_from_the_last_one_and_is_a_record_of_its_own(
    claire: Desk, yves: PersonId
) -> None:
    first = record(
        claire.mobility.form,
        yves,
        reviewed_on=date(2026, 6, 2),
        licence="code_ongoing",
        max_kilometres=10,
        obstacles=frozenset({"money", "fear"}),
    )
    sheet = claire.mobility.form.begin(yves)
    assert sheet.form.values["licence"] == "code_ongoing"
    assert sheet.form.values["reviewed_on"] == date(2026, 11, 24)
    second = record(claire.mobility.form, yves, licence="b", obstacles=frozenset({"money"}))
    now, before = claire.mobility.versions(yves)
    assert (now.id, before.id) == (second, first)
    assert before.values["licence"] == "code_ongoing", "the first one has not moved"
    moved = {
        d.item.name: (d.before, d.now)
        for d in differences(before.values, now.values)
        if d.is_changed
    }
    assert moved == {
        "licence": ("code_ongoing", "b"),
        "obstacles": (frozenset({"money", "fear"}), frozenset({"money"})),
    }


def test_the_sheet_of_a_version_comes_with_the_one_before_it(claire: Desk, yves: PersonId) -> None:
    bring(claire.workplace, structure(claire.workplace, "CMP", StructureKind.CMP))
    platform = structure(claire.workplace, "Plateforme du Mellois", StructureKind.MOBILITY_PLATFORM)
    bring(claire.workplace, platform)
    first = record(claire.mobility.form, yves, reviewed_on=date(2026, 6, 2))
    [(_, offered)] = claire.mobility.form.begin(yves).choices["platform"]
    assert offered == "Plateforme du Mellois", "only platforms are offered"
    second = record(claire.mobility.form, yves, platform=platform.id)
    sheet = claire.mobility.sheet(yves, second)
    assert (sheet.person_name, sheet.commune_name) == ("Yves Morisset", "Melle")
    assert sheet.version.platform_name == "Plateforme du Mellois"
    assert sheet.before is not None
    assert sheet.before.id == first
    assert claire.mobility.sheet(yves, first).before is None
    with pytest.raises(NotFound):
        claire.mobility.sheet(yves, RecordId("0190a5a0-0000-7000-8000-000000000001"))


def test_a_colleagues_diagnosis_is_reviewed_never_corrected(claire: Desk, yves: PersonId) -> None:
    hugo = professional(claire.workplace, claire.workplace.new_id(), "Hugo Lambert")
    theirs = MobilityDiagnosis(
        id=RecordId(claire.workplace.new_id()),
        created_at=claire.clock.now(),
        created_by=ProfessionalId(hugo.id),
        person=yves,
        professional=ProfessionalId(hugo.id),
        reviewed_on=date(2026, 10, 12),
        max_kilometres=20,
    )
    bring(claire.workplace, hugo, theirs)
    [version] = claire.mobility.versions(yves)
    assert (version.mine, version.author.name) == (False, "Hugo Lambert")
    with pytest.raises(NotAllowed):
        claire.mobility.form.open(theirs.id)
    assert claire.mobility.form.begin(yves).form.values["max_kilometres"] == 20


def test_a_diagnosis_is_corrected_by_its_author(claire: Desk, yves: PersonId) -> None:
    mine = record(claire.mobility.form, yves, max_kilometres=10, insured=False)
    answer(claire.mobility.form, mine, max_kilometres=None)
    [version] = claire.mobility.versions(yves)
    assert (version.values["max_kilometres"], version.values["insured"]) == (None, False)


def test_a_diagnosis_of_tomorrow_is_refused(claire: Desk, yves: PersonId) -> None:
    with pytest.raises(InvalidInput) as refused:
        record(claire.mobility.form, yves, reviewed_on=date(2026, 11, 25))
    assert refused.value.field == "reviewed_on"
