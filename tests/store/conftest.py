"""An open store with nothing in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.store.store import Store

KEY = "5a" * 48


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.create(tmp_path / "coffre.db", KEY)
    yield opened
    opened.close()
