"""Those who work, each with a real laptop, and a real office."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.kinds.people import Job
from tests.support.fleet import Laptop, enrolled
from tests.support.office import Office, office, premises

__all__ = ["claire", "mehdi", "office", "premises"]


@pytest.fixture
def claire(office: Office, tmp_path: Path) -> Iterator[Laptop]:
    """Claire, the psychologist."""
    laptop = enrolled(office, tmp_path / "claire", "Claire Martin", Job.PSYCHOLOGIST)
    yield laptop
    laptop.close()


@pytest.fixture
def mehdi(office: Office, tmp_path: Path) -> Iterator[Laptop]:
    """Mehdi, the référent."""
    laptop = enrolled(office, tmp_path / "mehdi", "Mehdi Belkacem", Job.REFERENT)
    yield laptop
    laptop.close()
