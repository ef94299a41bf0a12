"""Whatever the description allows may be asked, by whoever, without harm and without a leak."""

import os

import pytest

from protocol.kinds.people import Job
from tests.server.openapi_probe import CANARY, described, hide, probe
from tests.support.office import Office
from tests.support.raw_device import enrol

EXAMPLES = int(os.environ.get("COFFRE_OPENAPI_EXAMPLES", "4"))
"""Requests at each address, right and as many wrong; a campaign asks for thousands."""
SEED = int(os.environ.get("COFFRE_OPENAPI_SEED", "0"))


@pytest.mark.parametrize("job", [*Job, None], ids=lambda job: job.value if job else "unsigned")
def test_nobody_breaks_the_office_nor_hears_of_a_dossier_that_is_not_hers(
    office: Office, job: Job | None
) -> None:
    dossier = hide(office)
    device = enrol(office, "Une collègue", job) if job is not None else None
    heard = probe(office, dossier, device, examples=EXAMPLES, seed=SEED)
    assert len({said.split()[0] for said in heard.statuses}) == len(described(office)["paths"])
    assert device is None or heard.statuses.get("/v1/sync 200", 0) > 0
    assert CANARY not in office.log()
