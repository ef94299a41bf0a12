"""``coffre-sequestre``: make the Département's key, or open a dossier with it, off any network."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from desktop.config.clock import paris
from desktop.config.process import harden_process
from desktop.crypto.escrow import policy_line
from desktop.crypto.randomness import Random, SystemRandom
from desktop.escrow.errors import CeremonyRefused
from desktop.escrow.making import make
from desktop.escrow.opening import open_dossier
from desktop.escrow.table import Table
from protocol.command_line import CommandLine
from protocol.errors import EscrowFileRefused
from protocol.escrow import OpeningRequest, read, write

_REFUSED = 1


def main(
    arguments: Sequence[str] | None = None,
    table: Table | None = None,
    random: Random | None = None,
    today: Callable[[], date] | None = None,
) -> int:
    """Run one ceremony; return the exit code."""
    options = _parser().parse_args(arguments)
    if table is None:  # the real one: nothing of this process is to be copied anywhere
        harden_process()
        table = Table(_ask)
    random = random or SystemRandom()
    try:
        if options.command == "creer":
            line = policy_line(make(table, random))
            if options.to is not None:
                _write(Path(options.to), line.encode() + b"\n")
            return 0
        request = _read(Path(options.file))
        _check_free(Path(options.to))
        grant = open_dossier(table, request, (today or _today)(), random)
        _write(Path(options.to), msgspec.json.encode(grant))
    except CeremonyRefused as refused:
        print(refused.sentence, file=sys.stderr)
        return _REFUSED
    except (EOFError, KeyboardInterrupt):
        print("Arrêté : rien n’a été fait.", file=sys.stderr)
        return _REFUSED
    table.say(
        f"Clés données : {len(grant.statements)}. Portez {options.to} au serveur :"
        f" coffre-admin ouvrir {options.to}."
    )
    return 0


def _parser() -> CommandLine:
    parser = CommandLine(
        prog="coffre-sequestre",
        description="La clé de secours du Département : la faire, ou ouvrir un dossier avec elle."
        " Sur un poste sans réseau.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMANDE")
    made = commands.add_parser("creer", help="tirer la clé et la couper en trois parts")
    made.add_argument(
        "--vers", dest="to", metavar="FICHIER", help="écrire la ligne publique de policy.toml"
    )
    opened = commands.add_parser("ouvrir", help="ouvrir un dossier à un professionnel")
    opened.add_argument("file", metavar="DEMANDE", help="fait par coffre-admin demander-ouverture")
    opened.add_argument(
        "--vers", dest="to", metavar="FICHIER", required=True, help="ce qui retourne au serveur"
    )
    return parser


def _ask(question: str) -> str:
    return input(question)


def _today() -> date:
    return paris(datetime.now(UTC)).date()


def _read(path: Path) -> OpeningRequest:
    try:
        return read(path, OpeningRequest)
    except OSError:
        raise CeremonyRefused(f"« {path} » ne peut pas être lu.") from None
    except EscrowFileRefused:
        raise CeremonyRefused("Ce fichier n’est pas une demande d’ouverture de Coffre.") from None


def _check_free(path: Path) -> None:
    """Two holders do not type their shares for a file that cannot be written."""
    if path.exists() or not path.parent.is_dir():
        raise CeremonyRefused(f"« {path} » existe déjà, ou son dossier n’existe pas.")


def _write(path: Path, content: bytes) -> None:
    try:
        write(path, content)
    except OSError:
        raise CeremonyRefused(f"« {path} » ne peut pas être écrit.") from None


if __name__ == "__main__":
    sys.exit(main())
