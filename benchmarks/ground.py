"""The office of a benchmark: a server of its own process, on a PostgreSQL that waits for the disk.

As in life, what Python does for the server is not taken from the laptops.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.office import Office, Premises
from tests.support.servers import ServerProcess, office_at, running


@contextmanager
def premises_of_a_run() -> Iterator[Premises]:
    """Start PostgreSQL, and forget it in the end."""
    # Not in the benchmark's own folder: started by root, PostgreSQL runs as another user.
    ground = Path(tempfile.mkdtemp(prefix="coffre-bench-"))
    premises = Premises.start(ground, durable=True)
    try:
        yield premises
    finally:
        premises.close()
        shutil.rmtree(ground, ignore_errors=True)


@contextmanager
def new_office(premises: Premises) -> Iterator[Office]:
    """Open a département and a server for it; laptops connect to the server itself, by no road."""
    server = ServerProcess(premises)
    with running(server):
        office = office_at(premises, server.port)
        yield office
        premises.forget(office.department)
