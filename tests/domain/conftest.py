"""What the tests of the domain share: the real Département, and a day that is always today."""

from datetime import date

import pytest

from desktop.config.referentials import deux_sevres_text, territories_text
from desktop.domain.territory import Territory, read_territory


@pytest.fixture(scope="session")
def territory() -> Territory:
    """The Deux-Sèvres as packaged."""
    return read_territory(deux_sevres_text(), territories_text())


@pytest.fixture
def today() -> date:
    """A day of 2026."""
    return date(2026, 11, 22)
