"""The office of these tests, and those who work with it."""

import pytest

from protocol.kinds.people import Job
from tests.support.office import Office, office, premises
from tests.support.raw_device import RawDevice, enrol

__all__ = ["claire", "mehdi", "office", "premises"]


@pytest.fixture
def claire(office: Office) -> RawDevice:
    """Return the laptop of Claire, the psychologist."""
    return enrol(office, "Claire Morin", Job.PSYCHOLOGIST)


@pytest.fixture
def mehdi(office: Office) -> RawDevice:
    """Return the laptop of Mehdi, the référent."""
    return enrol(office, "Mehdi Belkacem", Job.REFERENT)
