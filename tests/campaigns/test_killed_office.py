"""Invariants 1 and 5: the office killed three times.

Two hundred times: ``python -m tests.campaigns office --long``.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaigns import killed_office
from tests.campaigns.tally import Effort
from tests.support.office import Premises

SEED = 20261124


@pytest.fixture
def durable_premises() -> Iterator[Premises]:
    """Return premises of its own, that wait for the disk and may be killed."""
    folder = Path(tempfile.mkdtemp(prefix="coffre-killed-"))
    started = Premises.start(folder, durable=True)
    yield started
    started.close()
    started._loop.close()  # those of a session live as long as the session
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.skipif(sys.platform == "win32", reason="no signal there kills at once")
def test_an_office_killed_at_any_instant_has_all_it_acknowledged_and_once_only(
    durable_premises: Premises, tmp_path: Path
) -> None:
    tally = killed_office.run(Effort.SHORT, SEED, tmp_path, durable_premises)
    assert tally.is_good, tally.lines()
