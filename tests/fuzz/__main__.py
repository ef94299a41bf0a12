"""`python -m tests.fuzz [names] [--seconds N]`: each reader under atheris, which follows the code.

What is found stays in ``build/fuzz/NAME/``, with what has been learnt: the next run goes on from
there. atheris is not among the locked tools (docs/decisions/0018-fuzzing.md).
"""

import argparse
import importlib.util
import subprocess
import sys
from pathlib import Path

OUT = Path("build") / "fuzz"
_FOLLOWED = [
    "desktop.config",
    "desktop.crypto",
    "desktop.domain",
    "desktop.escrow",
    "desktop.services.calendar_file",
    "desktop.services.vault_file",
    "desktop.store.snapshot_folder",
    "protocol",
]
_LARGEST = 100_000
_PATIENCE_S = 20
"""A reader that takes longer over one input is a finding."""


def main(arguments: list[str]) -> int:
    """Try each reader asked for, in a process of its own; 0 when nothing was found."""
    asked = _read(arguments)
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: .venv/bin/python -m pip install atheris (Linux, macOS)")
        return 2
    if asked.inside:
        _fuzz(asked.names[0], asked.seconds, asked.seed)
        return 0
    from tests.fuzz.targets import TARGETS

    found = []
    for name in asked.names or TARGETS:
        told = ["--inside", "--seconds", str(asked.seconds), "--seed", str(asked.seed), name]
        print(f"{name}: {asked.seconds} s, seed {asked.seed}", flush=True)
        if subprocess.run([sys.executable, "-m", "tests.fuzz", *told], check=False).returncode:
            found.append(name)
    print(f"found something in: {', '.join(found)}" if found else "nothing found")
    return 1 if found else 0


def _fuzz(name: str, seconds: int, seed: int) -> None:
    """Never returns: libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=_FOLLOWED):
        from tests.fuzz.targets import TARGETS, write_samples
    corpus = OUT / name
    write_samples(name, corpus)
    options = [
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        f"-max_len={_LARGEST}",
        f"-timeout={_PATIENCE_S}",
        f"-artifact_prefix={corpus}/found-",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], TARGETS[name].read)
    atheris.Fuzz()


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", help="all of them by default")
    parser.add_argument("--seconds", type=int, default=120, help="for each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
