"""Who may read and write what."""

from datetime import date

import pytest

from protocol.ids import REFERENCE_BUCKET
from protocol.kinds import ClinicalNote, FollowUp, Person, Place, Tier, spec_of
from protocol.kinds.people import Job
from protocol.visibility import bucket_of, may_write, membership_is_open

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


@pytest.mark.parametrize("job", list(Job))
def test_only_administrators_and_animators_change_what_everybody_reads(job: Job) -> None:
    assert may_write(Tier.SERVICE, job)
    assert may_write(Tier.REFERENCE, job) is (job in (Job.ADMIN, Job.ANIMATOR))
