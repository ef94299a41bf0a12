"""`python -m tests.frozen.store`: keep a whole vault of this version, for the versions to come.

Run when a version is released; from then on what is kept is never made again. Until then the last
one follows the schema: a test says when it does not.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

from desktop.store.copying import counted, reading
from desktop.store.migrations import VERSION
from tests.campaigns.field_laptop import prepare, unlock
from tests.support.fleet import PASSPHRASE

HERE = Path(__file__).parent
FILES = ("coffre.hdr", "coffre.hdr.bak", "coffre.db")
MEETINGS = 4


def main() -> int:
    """Write the vault of this version in its folder."""
    folder = HERE / f"store-{VERSION}"
    with tempfile.TemporaryDirectory() as made:
        prepare(Path(made))
        holds = live(Path(made))
        folder.mkdir(exist_ok=True)
        for name in FILES:
            shutil.copyfile(Path(made) / name, folder / name)
    (folder / "holds.json").write_text(json.dumps(holds, indent=1, ensure_ascii=False) + "\n")
    (folder / "README.md").write_text(_README.format(version=VERSION, phrase=PASSPHRASE))
    sys.stdout.write(f"{folder.name}: {holds['rows']} rows\n")
    return 0


def live(folder: Path) -> dict[str, object]:
    """Let a psychologist who does not exist work a little; return what she wrote."""
    laptop = unlock(folder)
    texts = {}
    for number, person in enumerate(laptop.persons()[:MEETINGS]):
        target = laptop.desk.follow_ups.finish(laptop.meeting(person, number)).value
        kept = laptop.desk.follow_ups.open(target).form
        texts[str(target)] = [kept.summary, laptop.desk.follow_ups.note(target)]
    laptop.desk.follow_ups.autosave(laptop.meeting(laptop.persons()[0], MEETINGS))
    vault, store = laptop.session.unlocked.vault, laptop.session.workplace.store
    store.database.checkpoint()
    with reading(store.path, vault.database_key().hexadecimal()) as connection:
        rows = counted(connection)
    laptop.close()
    known = {name: count for name, count in rows.items() if count}
    return {"rows": sum(rows.values()), "tables": known, "follow_ups": texts}


_README = """# A vault of version {version} of the store

Everything in it is invented, and its passphrase is public: it protects nothing.

- Passphrase: `{phrase}` (Argon2id 64 MiB, 3 passes, the floor)
- `holds.json`: what it holds.

Made by `python -m tests.frozen.store`; once version {version} is released, never made again.
`tests/store/test_frozen_stores.py` opens it in every version.
"""

if __name__ == "__main__":
    sys.exit(main())
