"""The migrated schema is the declared one, word for word."""

from pathlib import Path

from desktop.store.schema import columns
from desktop.store.store import Store
from protocol.kinds import KINDS

FROZEN = Path(__file__).parents[2] / "desktop" / "store" / "schema.sql"


def schema_of(store: Store) -> str:
    """Return every statement of the schema, in order of name."""
    rows = store.database.rows(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        " AND name NOT LIKE '_sqlite_%' ORDER BY name"
    )
    return "".join(f"{' '.join(str(row[0]).split())};\n" for row in rows)


def test_the_migrated_schema_is_the_one_written_down(store: Store) -> None:
    assert schema_of(store) == FROZEN.read_text("utf-8")


def test_each_kind_has_its_table_with_its_fields(store: Store) -> None:
    for spec in KINDS.values():
        rows = store.database.rows(f"PRAGMA table_info('{spec.name}')")
        assert tuple(row[1] for row in rows) == columns(spec), spec.name
