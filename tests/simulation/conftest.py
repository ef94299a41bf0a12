"""The town, built once for all the lives of a session."""

from collections.abc import Iterator

import pytest

from tests.simulation.town import Town
from tests.support.office import Premises, premises

__all__ = ["premises"]


@pytest.fixture(scope="session")
def town(premises: Premises) -> Iterator[Town]:
    """Five laptops of four people, and their office."""
    built = Town(premises)
    yield built
    built.close()
