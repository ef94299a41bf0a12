"""The database is brought up to date once, and never opened by a Coffre that does not know it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from server.services.opening import open_database
from server.store.database import Database, Mode
from server.store.errors import DatabaseTooNew, DatabaseUnavailable, MigrationChanged
from server.store.migrations import Migration, migrate, migrations_in
from tests.support.office import Office, Premises

FIRST = Migration(1, "first", "CREATE TABLE one (id int)")
SECOND = Migration(2, "second", "CREATE TABLE two (id int)")


@pytest.fixture
def schema(office: Office) -> str:
    """Return the name of a schema of our own, dropped with the département's."""
    return f"{office.department.schema}_migrations"


def test_each_migration_is_applied_once(office: Office, schema: str) -> None:
    database = office.database
    for migrations, expected in (([FIRST], 1), ([FIRST], 0), ([FIRST, SECOND], 1)):
        with database.transaction("coffre") as connection:
            assert migrate(connection, schema, migrations) == expected
    with database.transaction(schema) as connection:
        connection.execute("SELECT FROM one, two")


def test_two_servers_that_start_together_migrate_once(office: Office, schema: str) -> None:
    def start(_server: int) -> int:
        with office.database.transaction("coffre") as connection:
            return migrate(connection, schema, [FIRST, SECOND])

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(start, range(4))) == [0, 0, 0, 2]


def test_a_released_migration_that_was_edited_is_refused(office: Office, schema: str) -> None:
    with office.database.transaction("coffre") as connection:
        migrate(connection, schema, [FIRST])
    edited = replace(FIRST, script="CREATE TABLE one (id bigint)")
    with (
        pytest.raises(MigrationChanged),
        office.database.transaction("coffre") as connection,
    ):
        migrate(connection, schema, [edited])


def test_the_database_of_a_newer_coffre_is_refused(office: Office, schema: str) -> None:
    with office.database.transaction("coffre") as connection:
        migrate(connection, schema, [FIRST, SECOND])
    with (
        pytest.raises(DatabaseTooNew) as refused,
        office.database.transaction("coffre") as connection,
    ):
        migrate(connection, schema, [FIRST])
    assert "plus récente" in refused.value.sentence


def test_a_migration_that_fails_leaves_nothing(office: Office, schema: str) -> None:
    broken = Migration(2, "broken", "CREATE TABLE two (id int); SELECT 1 / 0")
    with (
        pytest.raises(psycopg.DataError),
        office.database.transaction("coffre") as connection,
    ):
        migrate(connection, schema, [FIRST, broken])
    with office.database.transaction("coffre") as connection:
        assert migrate(connection, schema, [FIRST]) == 1


def test_the_migrations_in_the_package_are_numbered_without_a_gap() -> None:
    for folder in ("coffre", "department"):
        numbers = [migration.number for migration in migrations_in(folder)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert numbers


def test_a_server_restarts_on_its_database(premises: Premises, office: Office) -> None:
    again = open_database(premises.settings)
    assert again.answers()
    again.close()


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/nobody", "not an address"])
def test_a_database_that_does_not_answer_is_told_so(url: str) -> None:
    with pytest.raises(DatabaseUnavailable):
        Database.open(url)


def test_a_closed_database_answers_no(premises: Premises) -> None:
    database = Database.open(premises.url)
    assert database.answers()
    database.close()
    assert not database.answers()
    with pytest.raises(DatabaseUnavailable), database.transaction("coffre"):
        pass


def test_a_snapshot_cannot_write(office: Office) -> None:
    with (
        pytest.raises(psycopg.InternalError, match="read-only"),
        office.database.transaction(office.department.schema, Mode.SNAPSHOT) as connection,
    ):
        connection.execute("UPDATE sequence SET seq = 0")
