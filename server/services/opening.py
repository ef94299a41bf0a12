"""Opening the office's database: the one configured, or the one that travels with Coffre."""

from server.config.settings import Settings
from server.store.database import REGISTRY, Database, Mode
from server.store.embedded import start_embedded
from server.store.registry import prepare, server_id


def open_database(settings: Settings) -> Database:
    """Return the database of these settings, brought up to date; raise a ``StoreError``."""
    database = Database.open(database_url(settings), connections=settings.connections)
    try:
        prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def has_database(settings: Settings) -> bool:
    """Tell whether these settings name a database, or hold the one that travels with Coffre."""
    return settings.database_url is not None or (settings.data_dir / "postgresql").exists()


def database_url(settings: Settings) -> str:
    """Return where the database answers; the one that travels with Coffre is started at need."""
    return settings.database_url or start_embedded(settings.data_dir / "postgresql")


def server_of(database: Database) -> str:
    """Return the identifier of this server, made with its database."""
    with database.transaction(REGISTRY, Mode.SNAPSHOT) as connection:
        return server_id(connection)
