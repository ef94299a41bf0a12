"""``python -m benchmarks [laptop] [sync] [window]``: all of them without a name."""

import importlib
import shutil
import sys
import warnings
from pathlib import Path

FOLDER = Path("build/bench/work")
ALL = ("laptop", "sync", "window")


def main() -> int:
    """Run the benchmarks named."""
    # platformdirs, asked by the embedded PostgreSQL on a machine without a login session.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    names = sys.argv[1:] or list(ALL)
    for name in names:
        if name not in ALL:
            print(f"no benchmark {name!r}; there are: {', '.join(ALL)}")
            return 2
        folder = FOLDER / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        importlib.import_module(f"benchmarks.{name}").run(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
