"""The office of a benchmark: a server, and a PostgreSQL that waits for the disk as life's does."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.office import Office, Premises
from tests.support.relay import Relay


@contextmanager
def premises_of_a_run() -> Iterator[Premises]:
    """Start them, and forget them in the end."""
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
    """Open a département; laptops connect to the server itself, by no road."""
    department = premises.new_department()
    yield Office(premises, department, Relay(premises.port, port=premises.port))
    premises.forget(department)
