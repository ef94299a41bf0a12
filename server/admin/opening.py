"""A dossier opened with the Département's key: the file that goes to the ceremony, and back."""

import argparse
from pathlib import Path

import msgspec

from protocol.errors import EscrowFileRefused
from protocol.escrow import OpeningGrant, read, write
from protocol.kinds import Professional
from server.admin.asking import Ask, check_confirmed
from server.services.administration import Administration
from server.services.errors import AdministrationRefused
from server.services.openings import opened_on
from server.store.openings import OpeningLine
from server.store.registry import Department

Lines = list[str]


def ask(administration: Administration, options: argparse.Namespace, _ask: Ask) -> Lines:
    """Write what the ceremony needs, for one dossier and one professional."""
    department = administration.department(options.department)
    path = Path(options.to)
    if path.exists() or not path.parent.is_dir():
        raise AdministrationRefused(f"« {path} » existe déjà, ou son dossier n’existe pas.")
    successor = administration.find(department, Professional, options.successor)
    request = administration.openings.ask(
        department, options.person, successor, reason=options.reason, by=options.by
    )
    _write(path, msgspec.json.encode(request))
    return [
        f"Demande {request.id}, inscrite au registre des ouvertures.",
        f"Remises de clés jointes : {len(request.statements)}.",
        f"Portez {path} au poste sans réseau : coffre-sequestre ouvrir {path} --vers RÉPONSE.",
    ]


def do(administration: Administration, options: argparse.Namespace, asked: Ask) -> Lines:
    """Place what the ceremony answered."""
    department = administration.department(options.department)
    grant = _read(Path(options.file))
    line = administration.openings.look(department, grant)
    names = _names(administration, department)
    check_confirmed(
        options,
        asked,
        [
            f"Dossier {line.dossier}, à ouvrir à {names.get(line.successor, line.successor)}.",
            f"Motif : {line.reason}",
            f"Cérémonie du {opened_on(grant):%d/%m/%Y}. L’équipe en sera prévenue.",
        ],
    )
    count = administration.openings.do(department, grant, by=options.by)
    return [
        f"Clés placées : {count}. Elle les recevra à sa prochaine synchronisation.",
        "Détruisez les deux fichiers : ils ne servent plus.",
    ]


def register(administration: Administration, options: argparse.Namespace, _ask: Ask) -> Lines:
    """Everything that was asked and done."""
    department = administration.department(options.department)
    names = _names(administration, department)
    lines = administration.openings.register(department)
    return [_line(line, names) for line in lines] or ["Aucune ouverture."]


def _line(line: OpeningLine, names: dict[str, str]) -> str:
    done = "sans suite"
    if line.opened_at is not None:
        done = f"ouvert le {line.opened_at:%d/%m/%Y} par {line.opened_by}"
    return "  ".join(
        (
            f"{line.asked_at:%d/%m/%Y}",
            line.dossier,
            f"à {names.get(line.successor, line.successor)}",
            f"demandé par {line.asked_by}",
            done,
            f"motif : {line.reason or 'effacé avec la personne'}",
        )
    )


def _names(administration: Administration, department: Department) -> dict[str, str]:
    return {item.id: item.name for item in administration.all_of(department, Professional)}


def _read(path: Path) -> OpeningGrant:
    try:
        return read(path, OpeningGrant)
    except OSError:
        raise AdministrationRefused(f"« {path} » ne peut pas être lu.") from None
    except EscrowFileRefused:
        raise AdministrationRefused("Ce fichier n’est pas la réponse d’une cérémonie.") from None


def _write(path: Path, content: bytes) -> None:
    try:
        write(path, content)
    except OSError:
        raise AdministrationRefused(f"« {path} » ne peut pas être écrit.") from None
