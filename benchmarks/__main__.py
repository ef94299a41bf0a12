"""``python -m benchmarks [--quick] [laptop] [agenda] [sync] [window]…``: these four without a
name.

``sync`` runs ``exchanges``, ``edits``, ``scale``, ``arrival`` and ``crowd``, which also run alone;
so does ``unit``, what one request costs the office's machines. Windows are drawn off-screen, unless
``QT_QPA_PLATFORM`` says otherwise; ``lock`` and ``window`` start a screen of their own.
"""

import importlib
import os
import shutil
import sys
import warnings
from pathlib import Path

from benchmarks.size import FULL, QUICK

FOLDER = Path("build/bench/work")
ALL = ("laptop", "agenda", "sync", "window")
PARTS = (
    *("exchanges", "edits", "scale", "arrival", "crowd", "unit"),
    *("handout", "lock", "copies", "commits", "encryption"),
)


def main() -> int:
    """Run the benchmarks named."""
    # platformdirs, asked by the embedded PostgreSQL on a machine without a login session.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    names = [name for name in sys.argv[1:] if name != "--quick"] or list(ALL)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    size = QUICK if "--quick" in sys.argv[1:] else FULL
    for name in names:
        if name not in ALL + PARTS:
            print(f"no benchmark {name!r}; there are: {', '.join(ALL + PARTS)}")
            return 2
        folder = FOLDER / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        importlib.import_module(f"benchmarks.{name}").run(folder, size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
