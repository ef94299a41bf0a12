"""People with names and jobs, each with a laptop."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.laptop import Desk, make_desk


@pytest.fixture
def claire(tmp_path: Path) -> Iterator[Desk]:
    """Claire, psychologist, and her laptop."""
    desk = make_desk(tmp_path / "claire")
    yield desk
    desk.store.close()
