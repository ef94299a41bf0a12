"""``python -m benchmarks [laptop] [sync] [window]``: all of them without a name."""

import sys
from pathlib import Path

from benchmarks import laptop, sync, window

FOLDER = Path("build/bench/work")
ALL = {"laptop": laptop, "sync": sync, "window": window}


def main() -> int:
    """Run the benchmarks named."""
    names = sys.argv[1:] or list(ALL)
    for name in names:
        if name not in ALL:
            print(f"no benchmark {name!r}; there are: {', '.join(ALL)}")
            return 2
        laptop.clean(FOLDER / name)
        ALL[name].run(FOLDER / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
