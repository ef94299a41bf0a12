"""The words of ``coffre-admin``, and what each asks for."""

import argparse
from typing import TypeAlias

from protocol.command_line import CommandLine
from protocol.kinds.people import Job, StructureKind
from server.admin.words import choices
from server.services.administration import INVITATION_HOURS
from server.services.erasure import Reason


def make_parser() -> CommandLine:
    """Return the parser of the whole command line."""
    parser = CommandLine(prog="coffre-admin", description="Administrer le serveur de Coffre.")
    parser.add_argument("--database-url", help="adresse PostgreSQL (COFFRE_DATABASE_URL)")
    parser.add_argument("--data-dir", help="dossier de la base fournie (COFFRE_DATA_DIR)")
    parser.add_argument("--department", metavar="CODE", help="département, s’il y en a plusieurs")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMANDE")
    _add_departments(commands)
    _add_people(commands)
    _add_places(commands)
    _add_devices(commands)
    _add_safety(commands)
    _add_openings(commands)
    return parser


_Commands: TypeAlias = "argparse._SubParsersAction[CommandLine]"


def _add_departments(commands: _Commands) -> None:
    create = commands.add_parser("create-department", help="créer un département")
    create.add_argument("code", metavar="CODE", help="1 à 4 chiffres ou lettres : 79, 2a")
    create.add_argument("name", metavar="NOM", help="son nom")
    commands.add_parser("status", aliases=["etat"], help="montrer où en est chaque département")


def _add_again(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--identifiant",
        dest="rid",
        metavar="IDENTIFIANT",
        help="celui d’avant, si une sauvegarde remise l’a oublié",
    )


def _add_people(commands: _Commands) -> None:
    structure = commands.add_parser("add-structure", help="ajouter une structure")
    structure.add_argument("name", metavar="NOM")
    structure.add_argument(
        "--category", required=True, metavar="GENRE", help=choices(StructureKind)
    )
    structure.add_argument("--commune", help="code INSEE")
    structure.add_argument("--sensitive", action="store_true", help="à ne jamais imprimer")
    _add_again(structure)

    commands.add_parser("list-structures", help="lister les structures")
    professional = commands.add_parser("add-professional", help="ajouter un professionnel")
    professional.add_argument("name", metavar="NOM")
    professional.add_argument("--job", required=True, metavar="MÉTIER", help=choices(Job))
    professional.add_argument("--structure", help="nom ou identifiant")
    professional.add_argument("--phone")
    professional.add_argument("--email")
    _add_again(professional)

    table = commands.add_parser(
        "import-professionals", help="ajouter des professionnels depuis un fichier CSV"
    )
    table.add_argument(
        "file", metavar="FICHIER", help="colonnes : nom, métier, structure, téléphone, courriel"
    )

    commands.add_parser("list-professionals", help="lister les professionnels")


def _add_places(commands: _Commands) -> None:
    place = commands.add_parser("add-place", help="ajouter un lieu")
    place.add_argument("name", metavar="NOM")
    place.add_argument("--commune", required=True, help="code INSEE")
    place.add_argument("--address")
    place.add_argument("--room")
    _add_again(place)

    table = commands.add_parser("import-places", help="ajouter des lieux depuis un fichier CSV")
    table.add_argument(
        "file", metavar="FICHIER", help="colonnes : nom, commune (code INSEE), adresse, salle…"
    )

    commands.add_parser("list-places", help="lister les lieux")


def _add_devices(commands: _Commands) -> None:
    invite = commands.add_parser(
        "invite", help="inviter un professionnel ; montre le code une fois"
    )
    invite.add_argument("professional", metavar="PERSONNE", help="nom ou identifiant")
    invite.add_argument("--hours", type=int, default=INVITATION_HOURS, help="durée de validité")

    commands.add_parser("list-devices", aliases=["postes"], help="lister les ordinateurs")
    revoke = commands.add_parser(
        "revoke", aliases=["revoquer"], help="révoquer un ordinateur, sans retour"
    )
    revoke.add_argument(
        "device", metavar="ORDINATEUR", help="identifiant donné par coffre-admin postes"
    )
    revoke.add_argument(
        "--seul",
        dest="alone",
        action="store_true",
        help="laisser ceux qu’il remplace ou qui le remplacent",
    )
    identity = commands.add_parser(
        "oublier-identite", help="laisser revenir, sans ses notes, qui a tout perdu"
    )
    identity.add_argument("professional", metavar="PERSONNE", help="nom ou identifiant")
    _add_yes(identity)
    sheet = commands.add_parser(
        "fiche-incident", help="dire ce que contenait au plus un ordinateur perdu"
    )
    sheet.add_argument(
        "device", metavar="ORDINATEUR", help="identifiant donné par coffre-admin postes"
    )
    sheet.add_argument("--noms", dest="names", action="store_true", help="nommer les personnes")
    sheet.add_argument("--json", action="store_true", help="pour un autre logiciel")
    sheet.add_argument("--vers", dest="to", metavar="DOSSIER", help="l’écrire, texte et JSON")


def _add_safety(commands: _Commands) -> None:
    epoch = commands.add_parser(
        "nouvelle-epoque", help="après avoir restauré une sauvegarde, et seulement alors"
    )
    _add_yes(epoch)
    find = commands.add_parser("chercher", help="trouver le dossier d’une personne à effacer")
    find.add_argument("name", metavar="NOM", help="nom et prénom, entre guillemets")
    erase = commands.add_parser("effacer", help="effacer une personne, sans retour")
    erase.add_argument("person", metavar="DOSSIER", help="identifiant de son dossier")
    erase.add_argument(
        "--motif", dest="reason", required=True, choices=[str(reason) for reason in Reason]
    )
    erase.add_argument(
        "--apercu", dest="preview", action="store_true", help="montrer, ne rien effacer"
    )
    erase.add_argument(
        "--de-nouveau",
        dest="again",
        action="store_true",
        help="déjà effacée depuis la sauvegarde remise : tous les ordinateurs sont prévenus",
    )
    erase.add_argument(
        "--plus-tard",
        dest="later",
        action="store_true",
        help="laisser à « reecrire » le soin de vider les fichiers de la base",
    )
    _add_yes(erase)
    commands.add_parser(
        "verifier", help="recalculer les empreintes de chaque dossier à partir des données"
    )
    commands.add_parser("effacements", help="le registre des effacements, poste par poste")
    commands.add_parser(
        "reecrire", help="ne rien laisser des personnes effacées dans les fichiers de la base"
    )


def _add_openings(commands: _Commands) -> None:
    asked = commands.add_parser(
        "demander-ouverture", help="préparer l’ouverture d’un dossier par la clé de secours"
    )
    asked.add_argument("person", metavar="DOSSIER", help="identifiant de son dossier")
    asked.add_argument("--pour", dest="successor", required=True, metavar="PROFESSIONNEL")
    asked.add_argument(
        "--motif", dest="reason", required=True, help="lu par l’équipe : sans nom de la personne"
    )
    asked.add_argument("--par", dest="by", required=True, metavar="NOM", help="qui le demande")
    asked.add_argument("--vers", dest="to", required=True, metavar="FICHIER")
    done = commands.add_parser("ouvrir", help="placer la réponse de la cérémonie")
    done.add_argument("file", metavar="RÉPONSE", help="fait par coffre-sequestre ouvrir")
    done.add_argument("--par", dest="by", required=True, metavar="NOM", help="qui le fait")
    _add_yes(done)
    commands.add_parser("ouvertures", help="le registre de ce qui a été ouvert, et pourquoi")


def _add_yes(command: CommandLine) -> None:
    command.add_argument("--oui", dest="yes", action="store_true", help="ne pas demander")
