"""``coffre-admin``: one command, its answer, and an exit code."""

import os
import sys
from collections.abc import Mapping, Sequence

from server.admin.asking import Ask, ask_at_terminal
from server.admin.commands import run
from server.admin.options import make_parser
from server.config.logs import quiet_libraries
from server.config.ports import system_clock, system_random
from server.config.settings import Settings, data_dir
from server.services.administration import Administration
from server.services.errors import AdministrationRefused
from server.services.opening import has_database, open_database, server_of
from server.store.errors import StoreError

_REFUSED = 1
_NO_DATABASE = 2
_NONE_HERE = (
    "Aucune base ici. Lancez coffre-admin avec les variables du serveur (COFFRE_DATABASE_URL ou"
    " COFFRE_DATA_DIR) ; create-department crée la première."
)


def main(
    arguments: Sequence[str] | None = None,
    environ: Mapping[str, str] | None = None,
    ask: Ask = ask_at_terminal,
) -> int:
    """Run one command; return the exit code."""
    quiet_libraries()
    options = make_parser().parse_args(arguments)
    environ = os.environ if environ is None else environ
    settings = Settings(
        database_url=options.database_url or environ.get("COFFRE_DATABASE_URL") or None,
        data_dir=data_dir(options.data_dir or environ.get("COFFRE_DATA_DIR")),
    )
    if options.command != "create-department" and not has_database(settings):
        # An empty one, made by a command run without its settings, reads as « all is gone ».
        print(_NONE_HERE, file=sys.stderr)
        return _NO_DATABASE
    try:
        database = open_database(settings)
    except StoreError as failure:
        print(failure.sentence, file=sys.stderr)
        return _NO_DATABASE
    try:
        office = Administration(database, server_of(database), system_clock, system_random)
        lines = run(office, options, ask)
    except AdministrationRefused as refused:
        print(refused.sentence, file=sys.stderr)
        return _REFUSED
    except StoreError as failure:
        print(failure.sentence, file=sys.stderr)
        return _NO_DATABASE
    finally:
        database.close()
    print("\n".join(_shown(line) for line in lines))
    return 0


def _shown(line: str) -> str:
    """Return a line without what would command the terminal: names come from everywhere."""
    return "".join(character if character.isprintable() else " " for character in line)


if __name__ == "__main__":
    sys.exit(main())
