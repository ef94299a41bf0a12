"""No word of a morning leaves the vault, for some seconds; at length: ``make campaign``."""

import sys
from pathlib import Path

import pytest

from tests.campaigns import leaks
from tests.campaigns.tally import Effort
from tests.support.office import Premises, premises

__all__ = ["premises"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and modes of POSIX")


def test_no_word_of_a_morning_is_found_outside_the_vault_even_after_a_crash(
    premises: Premises, tmp_path: Path
) -> None:
    tally = leaks.run(Effort.SHORT, 20261122, tmp_path, premises)
    assert tally.is_good, tally.lines()
