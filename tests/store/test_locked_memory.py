"""What a store holds in memory is locked there, and wiped: the swap is given none of it.

In processes of their own: other tests do without (``tests.support.unlocked_memory``).
"""

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PROGRAM = """
import sys
from pathlib import Path

from desktop.store.copying import reading
from desktop.store.store import Store

path, key = Path(sys.argv[1]), "a1" * 48
{opening}
print(opened.execute("PRAGMA cipher_memory_security").fetchone()[0])
"""
_CREATE = "opened = Store.create(path, key).database"


@pytest.mark.parametrize(
    "opening",
    [
        _CREATE,
        "opened = Store.open(path, key).database",
        "held = reading(path, key); opened = held.__enter__()",
    ],
    ids=["created", "opened", "read to be copied"],
)
def test_sqlcipher_locks_the_memory_of_a_store_and_wipes_it(tmp_path: Path, opening: str) -> None:
    path = tmp_path / "coffre.db"
    if opening != _CREATE:
        _run(_CREATE, path)
    # SQLCipher says so once its own allocator serves, not when it was only asked to.
    assert _run(opening, path) == "1"


def _run(opening: str, path: Path) -> str:
    program = [sys.executable, "-c", _PROGRAM.format(opening=opening), str(path)]
    told = subprocess.run(
        program, cwd=_ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    return told.stdout.strip()
