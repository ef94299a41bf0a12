"""Who may read and write what."""

from datetime import date

import pytest

from protocol.ids import REFERENCE_BUCKET
from protocol.kinds import (
    Absence,
    ClinicalNote,
    FollowUp,
    OpeningSlot,
    Person,
    Place,
    Record,
    Trip,
    WorkshopSession,
    spec_of,
)
from protocol.kinds.people import Job
from protocol.visibility import bucket_of, may_write, membership_is_open, only_adds

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("ended_on", "overlap_until", "is_open"),
    [
        (None, None, True),
        (date(2026, 11, 25), None, True),
        (date(2026, 11, 24), None, False),
        (date(2026, 11, 1), None, False),
        (date(2026, 11, 1), date(2026, 11, 24), True),
        (date(2026, 11, 1), date(2026, 11, 23), False),
    ],
)
def test_a_dossier_is_open_until_the_end_of_the_handover(
    ended_on: date | None, overlap_until: date | None, is_open: bool
) -> None:
    assert membership_is_open(ended_on, overlap_until, TODAY) is is_open


def test_each_record_goes_to_one_bucket() -> None:
    data = {"person": "the dossier", "created_by": "claire"}

    assert bucket_of(spec_of(Place), "rid", data) == REFERENCE_BUCKET
    assert bucket_of(spec_of(Person), "rid", data) == "rid"
    assert bucket_of(spec_of(FollowUp), "rid", data) == "the dossier"
    assert bucket_of(spec_of(ClinicalNote), "rid", data) == "claire"
    assert bucket_of(spec_of(Trip), "rid", data) == "claire"
    assert bucket_of(spec_of(OpeningSlot), "rid", data) == REFERENCE_BUCKET


@pytest.mark.parametrize("job", list(Job))
def test_only_administrators_and_animators_change_what_everybody_reads(job: Job) -> None:
    assert may_write(spec_of(FollowUp), {"professional": "mehdi"}, job, "claire")
    assert may_write(spec_of(Place), {}, job, "claire") is (job in (Job.ADMIN, Job.ANIMATOR))


@pytest.mark.parametrize("job", list(Job))
@pytest.mark.parametrize("kind", [OpeningSlot, Absence, WorkshopSession])
def test_when_somebody_receives_is_hers_to_say(kind: type[Record], job: Job) -> None:
    hers, theirs = {"professional": "claire"}, {"professional": "mehdi", "created_by": "claire"}
    assert may_write(spec_of(kind), hers, job, "claire")
    assert may_write(spec_of(kind), theirs, job, "claire") is (job in (Job.ADMIN, Job.ANIMATOR))


def test_anybody_adds_to_the_places_taken_and_to_nothing_else() -> None:
    workshop = spec_of(WorkshopSession)
    assert only_adds(workshop, ["taken"])
    assert not only_adds(workshop, ["taken", "capacity"])
    assert not only_adds(workshop, [])
    assert not only_adds(spec_of(Place), ["room"])
