"""The vaults of every version open in this one, and give back all that was written in them."""

import json
import shutil
from pathlib import Path

import pytest

from desktop.domain.closed_texts import unvouched
from desktop.services.follow_ups import FollowUps
from desktop.store.migrations import VERSION
from protocol.ids import FollowUpId
from tests.campaigns.field_laptop import unlock
from tests.frozen.store import FILES, HERE
from tests.store.test_schema import FROZEN, schema_of

STORES = sorted(HERE.glob("store-*"), key=lambda folder: int(folder.name.removeprefix("store-")))


@pytest.mark.parametrize("frozen", STORES, ids=lambda folder: folder.name)
def test_a_vault_of_every_version_opens_and_gives_back_what_was_written(
    frozen: Path, tmp_path: Path
) -> None:
    for name in FILES:
        shutil.copyfile(frozen / name, tmp_path / name)
    holds = json.loads((frozen / "holds.json").read_text("utf-8"))
    laptop = unlock(tmp_path)
    follow_ups = laptop.desk.follow_ups
    written = {
        rid: [follow_ups.open(FollowUpId(rid)).form.summary, _words(follow_ups, rid)]
        for rid in holds["follow_ups"]
    }
    drafts = len(follow_ups.drafts())
    database = laptop.session.workplace.store.database
    fewer = [
        name
        for name, count in holds["tables"].items()
        if (database.row(f'SELECT count(*) FROM "{name}"') or (0,))[0] < count
    ]
    laptop.close()
    assert written == holds["follow_ups"]
    assert drafts == holds["tables"]["draft"]
    assert fewer == []


def _words(follow_ups: FollowUps, rid: str) -> str:
    """Return a note; what an earlier Coffre sealed bears no proof of who did, which is said."""
    return follow_ups.note(FollowUpId(rid)).removeprefix(unvouched(""))


def test_a_vault_of_this_version_is_kept_as_this_version_makes_it(tmp_path: Path) -> None:
    """When this fails before the release: `python -m tests.frozen.store`. After: a migration."""
    newest = STORES[-1]
    assert newest.name == f"store-{VERSION}"
    for name in FILES:
        shutil.copyfile(newest / name, tmp_path / name)
    laptop = unlock(tmp_path)
    kept = schema_of(laptop.session.workplace.store)
    laptop.close()
    assert kept == FROZEN.read_text("utf-8")
