"""Claire’s laptop, and an office that answers as it is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.laptop import Desk, make_desk
from tests.sync.told_office import ToldOffice


@pytest.fixture
def claire(tmp_path: Path) -> Iterator[Desk]:
    """Claire, psychologist, and her laptop."""
    desk = make_desk(tmp_path / "claire")
    yield desk
    desk.store.close()


@pytest.fixture
def told() -> ToldOffice:
    """An office that says there is nothing new, until it is told otherwise."""
    return ToldOffice()
