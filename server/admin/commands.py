"""What each command does, and the lines it prints."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from protocol.kinds import Place, Professional, Record, Structure
from protocol.kinds.people import Job, StructureKind
from server.admin import opening, safety
from server.admin.asking import Ask
from server.admin.tables import (
    PLACE_COLUMNS,
    PROFESSIONAL_COLUMNS,
    Row,
    place_of,
    professional_of,
    read_table,
)
from server.admin.words import named, not_known, trade
from server.services.administration import Administration
from server.services.errors import AdministrationRefused
from server.services.reference import Given
from server.store.registry import Department

Lines = list[str]
Command = Callable[[Administration, argparse.Namespace], Lines]
AskingCommand = Callable[[Administration, argparse.Namespace, Ask], Lines]


def run(administration: Administration, options: argparse.Namespace, ask: Ask) -> Lines:
    """Do what was asked; return what to print. Raise ``AdministrationRefused``."""
    if options.command in _SAFETY:
        return _SAFETY[options.command](administration, options, ask)
    return _COMMANDS[options.command](administration, options)


def _create_department(administration: Administration, options: argparse.Namespace) -> Lines:
    department = administration.create_department(options.code, options.name)
    return [f"Département {department.code} créé : {department.name}."]


def _status(administration: Administration, _options: argparse.Namespace) -> Lines:
    departments = administration.departments()
    if not departments:
        return ["Aucun département : coffre-admin create-department CODE NOM."]
    return [line for item in departments for line in _department_status(administration, item)]


def _department_status(administration: Administration, department: Department) -> Lines:
    status = administration.status(department)
    return [
        f"{department.code}  {department.name}",
        f"  ordinateurs : {status.devices}, dont révoqués : {status.revoked}",
        f"  numéro de séquence : {status.seq}",
        f"  époque : {status.epoch}",
        f"  effacements en cours : {status.erasures_waiting}",
        f"  effacements à réécrire : {status.erasures_not_rewritten}",
        *(f"  {label} : {count}" for label, count in status.records.items()),
        *safety.ahead_lines(status.ahead),
    ]


def _add_structure(administration: Administration, options: argparse.Namespace) -> Lines:
    given = {
        "name": options.name,
        "category": _structure_kind(options.category),
        "commune": options.commune,
        "sensitive": options.sensitive,
    }
    return _add(administration, _department(administration, options), options, Structure, given)


def _list_structures(administration: Administration, options: argparse.Namespace) -> Lines:
    found = administration.all_of(_department(administration, options), Structure)
    lines = [f"{item.id}  {item.name}" for item in found]
    return lines or ["Aucune structure : add-structure."]


def _add_professional(administration: Administration, options: argparse.Namespace) -> Lines:
    department, structure = _department(administration, options), options.structure
    given = {
        "name": options.name,
        "job": _job(options.job),
        "structure": structure and administration.find(department, Structure, structure),
        "phone": options.phone,
        "email": options.email,
    }
    return _add(administration, department, options, Professional, given)


def _add(
    administration: Administration,
    department: Department,
    options: argparse.Namespace,
    kind: type[Record],
    given: Given,
) -> Lines:
    if options.rid is not None:
        return administration.add_again(department, kind, options.rid.strip().lower(), given)
    return administration.add(department, kind, [given])


def _import_professionals(administration: Administration, options: argparse.Namespace) -> Lines:
    found = administration.all_of(_department(administration, options), Structure)
    structures = {item.name.casefold(): item.id for item in found}
    rows = read_table(Path(options.file), PROFESSIONAL_COLUMNS)
    return _add_unknown(
        administration, options, Professional, rows, lambda row: professional_of(row, structures)
    )


def _list_professionals(administration: Administration, options: argparse.Namespace) -> Lines:
    found = administration.all_of(_department(administration, options), Professional)
    lines = [f"{item.id}  {item.name}  ({Job(item.detail).label})" for item in found]
    return lines or ["Aucun professionnel : import-professionals, ou add-professional."]


def _add_place(administration: Administration, options: argparse.Namespace) -> Lines:
    given = {
        "name": options.name,
        "commune": options.commune,
        "address": options.address,
        "room": options.room,
    }
    return _add(administration, _department(administration, options), options, Place, given)


def _import_places(administration: Administration, options: argparse.Namespace) -> Lines:
    rows = read_table(Path(options.file), PLACE_COLUMNS)
    return _add_unknown(administration, options, Place, rows, place_of)


def _list_places(administration: Administration, options: argparse.Namespace) -> Lines:
    found = administration.all_of(_department(administration, options), Place)
    lines = [f"{item.id}  {item.name}  ({item.detail})" for item in found]
    return lines or ["Aucun lieu : import-places, ou add-place."]


def _invite(administration: Administration, options: argparse.Namespace) -> Lines:
    department = _department(administration, options)
    professional = administration.find(department, Professional, options.professional)
    code = administration.invite(department, professional, hours=options.hours)
    return [code, f"Valable {options.hours} h, pour un seul ordinateur. Il ne sera plus montré."]


def _job(text: str) -> Job:
    found = trade(text)
    if found is None:
        raise AdministrationRefused(f"{not_known('Le métier', text, Job)}.")
    return found


def _structure_kind(text: str) -> StructureKind:
    found = named(StructureKind, text)
    if found is None:
        raise AdministrationRefused(f"{not_known('Le genre', text, StructureKind)}.")
    return found


def _department(administration: Administration, options: argparse.Namespace) -> Department:
    return administration.department(options.department)


def _add_unknown(
    administration: Administration,
    options: argparse.Namespace,
    kind: type[Professional | Place],
    rows: Sequence[Row],
    made_of: Callable[[Row], Given],
) -> Lines:
    """Add the rows whose name is not in the directory yet."""
    department = _department(administration, options)
    known = {item.name.casefold() for item in administration.all_of(department, kind)}
    given = [made_of(row) for row in rows if row.values.get("name", "").casefold() not in known]
    added = administration.add(department, kind, given)
    said = [f"{rid}  {item['name']}" for rid, item in zip(added, given, strict=True)]
    return [f"Ajoutés : {len(given)}. Déjà connus : {len(rows) - len(given)}.", *said]


_COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "create-department": _create_department,
        "status": _status,
        "etat": _status,
        "add-structure": _add_structure,
        "list-structures": _list_structures,
        "add-professional": _add_professional,
        "import-professionals": _import_professionals,
        "list-professionals": _list_professionals,
        "add-place": _add_place,
        "import-places": _import_places,
        "list-places": _list_places,
        "invite": _invite,
    }
)

_SAFETY: Mapping[str, AskingCommand] = MappingProxyType(
    {
        "list-devices": safety.list_devices,
        "postes": safety.list_devices,
        "revoke": safety.revoke,
        "revoquer": safety.revoke,
        "fiche-incident": safety.incident_sheet,
        "oublier-identite": safety.forget_identity,
        "nouvelle-epoque": safety.new_epoch,
        "chercher": safety.find_person,
        "effacer": safety.erase,
        "effacements": safety.register,
        "reecrire": safety.rewrite,
        "verifier": safety.verify,
        "demander-ouverture": opening.ask,
        "ouvrir": opening.do,
        "ouvertures": opening.register,
    }
)
