"""Lost laptops, restored databases, persons to erase: what is done on bad days."""

import argparse
import os
from datetime import date
from pathlib import Path

import msgspec

from protocol.kinds import BY_CODE, Professional
from server.admin.asking import Ask, check_confirmed
from server.services.administration import Administration
from server.services.erasure import Preview, Reason, RegisterLine
from server.services.errors import AdministrationRefused
from server.services.sheet import IncidentSheet
from server.store.devices import Ahead, Device
from server.store.erasures import ErasureLine, PersonFound
from server.store.errors import StoreError
from server.store.registry import Department

Lines = list[str]


def list_devices(administration: Administration, options: argparse.Namespace, _ask: Ask) -> Lines:
    """Every laptop, oldest first."""
    department = administration.department(options.department)
    names = _names(administration, department)
    lines = [_device_line(item, names) for item in administration.devices(department)]
    return lines or ["Aucun ordinateur : coffre-admin invite PERSONNE donne une invitation."]


def revoke(administration: Administration, options: argparse.Namespace, _ask: Ask) -> Lines:
    """Refuse a laptop for ever."""
    department = administration.department(options.department)
    refused = administration.revoke(department, options.device, alone=options.alone)
    others = [f"Avec lui, qui est la même machine ou sa copie : {one}" for one in refused[1:]]
    return ["Ordinateur révoqué : il le saura à sa prochaine connexion.", *others]


def forget_identity(administration: Administration, options: argparse.Namespace, ask: Ask) -> Lines:
    """Let somebody who has lost everything come back with new keys."""
    department = administration.department(options.department)
    professional = administration.find(department, Professional, options.professional)
    check_confirmed(
        options,
        ask,
        [
            f"Professionnel : {options.professional}.",
            "Seulement si cette personne n’a plus ni phrase, ni papier, ni parts, ni autre poste.",
            "Ses notes cliniques resteront scellées pour toujours. Ses ordinateurs sont révoqués.",
        ],
    )
    refused = administration.forget_identity(department, professional)
    return [
        f"Identité oubliée ; ordinateurs révoqués : {len(refused)}.",
        "Invitez maintenant cette personne. Ses collègues verront que ses clés ont changé.",
    ]


def incident_sheet(administration: Administration, options: argparse.Namespace, _ask: Ask) -> Lines:
    """Tell what a lost laptop held at most."""
    department = administration.department(options.department)
    sheet = administration.sheets.sheet(department, options.device, with_names=options.names)
    if options.to is None:
        return [_as_json(sheet)] if options.json else sheet_lines(sheet)
    return [f"Écrit : {path}" for path in _write(sheet, Path(options.to))]


def verify(administration: Administration, options: argparse.Namespace, _ask: Ask) -> Lines:
    """Recompute what the office proves to laptops, from its own rows."""
    department = administration.department(options.department)
    wrong = administration.proof.scrub(department.schema)
    checked = f"Enregistrements vérifiés : {wrong.checked}."
    if not wrong.records and not wrong.buckets:
        return [checked, "Toutes les empreintes sont justes."]
    return [
        checked,
        f"Empreintes corrigées : enregistrements {len(wrong.records)},"
        f" dossiers {len(wrong.buckets)}.",
        *(f"  enregistrement {rid} ({BY_CODE[kind].label})" for kind, rid in wrong.records),
        *(f"  dossier {bucket}" for bucket in wrong.buckets),
        "Ces données ont changé sans passer par Coffre : vérifiez le disque et qui accède à la"
        " base, puis comparez à une sauvegarde.",
    ]


def new_epoch(administration: Administration, options: argparse.Namespace, ask: Ask) -> Lines:
    """Begin a new epoch, after a backup was put back."""
    department = administration.department(options.department)
    check_confirmed(
        options,
        ask,
        [
            f"Département {department.code}, {department.name}.",
            "À faire une fois, après avoir restauré une sauvegarde, serveur arrêté.",
            "Chaque ordinateur renverra ce que la sauvegarde n’avait pas, puis relira tout.",
        ],
    )
    epoch = administration.epochs.begin(department.schema)
    return [
        f"Nouvelle époque : {epoch}",
        "Refaites maintenant les révocations et les effacements postérieurs à la sauvegarde.",
    ]


def find_person(administration: Administration, options: argparse.Namespace, _ask: Ask) -> Lines:
    """Tell which dossier is whose, to whoever was asked to erase one."""
    department = administration.department(options.department)
    found = administration.erasure.find(department, options.name)
    if not found:
        raise AdministrationRefused("Personne de ce nom.")
    return [_person_line(person) for person in found]


_FORGOTTEN = (
    "Ce dossier n’est pas dans cette base. Il y sera refusé, et tous les ordinateurs, qui"
    " pourraient l’avoir, l’effaceront."
)


def erase(administration: Administration, options: argparse.Namespace, ask: Ask) -> Lines:
    """Erase a person for ever."""
    department = administration.department(options.department)
    said = [_FORGOTTEN]
    if not options.again or administration.erasure.is_known(department, options.person):
        preview = administration.erasure.preview(department, options.person, again=options.again)
        said = _preview_lines(preview, _names(administration, department))
    if options.preview:
        return said
    check_confirmed(options, ask, [*said, "Rien ne pourra être retrouvé."])
    number = administration.erasure.erase(
        department, options.person, Reason(options.reason), again=options.again
    )
    return [
        f"Dossier effacé, effacement n° {number}.",
        "Les ordinateurs l’effacent à leur prochaine synchronisation : suivez « effacements ».",
        _LATER if options.later else _rewrite_now(administration, department),
        "Il reste dans vos sauvegardes et vos archives WAL jusqu’à leur péremption, et quelque"
        " temps dans le journal (WAL) de PostgreSQL.",
    ]


def rewrite(administration: Administration, options: argparse.Namespace, _ask: Ask) -> Lines:
    """Leave nothing in PostgreSQL's tables of who was erased, when it was not done at once."""
    department = administration.department(options.department)
    ended = administration.erasure.rewrite(department)
    if not ended:
        return ["Rien à réécrire : aucun effacement n’attend."]
    return [_REWRITTEN, *(f"  effacement n° {number}" for number in ended)]


def register(administration: Administration, options: argparse.Namespace, _ask: Ask) -> Lines:
    """Every erasure and how far it has come."""
    department = administration.department(options.department)
    names = _names(administration, department)
    lines = administration.erasure.register(department)
    if not lines:
        return ["Aucun effacement."]
    return [text for line in lines for text in _register_lines(line, names)]


def ahead_lines(ahead: list[Ahead]) -> Lines:
    """Tell which laptops know more than this database, loudly."""
    if not ahead:
        return []
    return [
        "  ATTENTION : cette base est plus ancienne que ce que des ordinateurs ont reçu d’elle.",
        "  Une sauvegarde a-t-elle été restaurée ? Voyez « nouvelle-epoque ».",
        *(f"    {item.device}  {_ahead(item)}" for item in ahead),
    ]


def sheet_lines(sheet: IncidentSheet) -> Lines:
    """Return a sheet as it is printed."""
    revoked = "non" if sheet.revoked_at is None else f"le {sheet.revoked_at:%d/%m/%Y à %H:%M} UTC"
    former = [f"  a été auparavant : {one}" for one in sheet.former]
    waiting = ", ".join(f"n° {number}" for number in sheet.erasures_waiting) or "aucun"
    return [
        f"FICHE INCIDENT, établie le {sheet.made_at:%d/%m/%Y à %H:%M} UTC",
        "",
        f"Ordinateur : {sheet.device}",
        *former,
        f"  professionnel : {sheet.owner}",
        f"  système : {sheet.platform or 'non dit'}",
        f"  protocole : {sheet.protocol or 'non dit'} ; schéma : {sheet.schema or 'non dit'}",
        f"  inscrit le {sheet.enrolled_at:%d/%m/%Y}",
        f"  dernier contact le {sheet.last_seen_at:%d/%m/%Y à %H:%M} UTC",
        f"  révoqué : {revoked}",
        f"  opérations reçues de lui : {sheet.operations}",
        "",
        "Ce qu’il contenait au plus, à son dernier contact :",
        f"  dossiers : {len(sheet.dossiers)}",
        *(f"    {label} : {count}" for label, count in sheet.records.items()),
        f"  notes cliniques, scellées pour leur auteur : {sheet.notes}",
        f"  effacements qu’il n’a pas encore faits : {waiting}",
        "  ce qui y a été noté depuis et n’a pas été envoyé n’est connu que de lui.",
        "",
        "Dossiers :",
        *([f"  {held.id}{_shown_name(held.name)}" for held in sheet.dossiers] or ["  aucun"]),
        "",
        *_TO_DO,
    ]


_TO_DO = (
    "À faire :",
    "  1. Révoquer l’ordinateur si ce n’est fait : coffre-admin revoquer ORDINATEUR.",
    "  2. Noter les faits : quand, où, était-il verrouillé ou éteint, la phrase de passe ou la "
    "clé de secours étaient-elles avec lui ?",
    "  3. Prévenir le délégué à la protection des données. Violation de données : notification à "
    "la CNIL dans les 72 heures (RGPD, article 33), sauf si aucun risque n’est vraisemblable.",
    "  4. Les données y sont chiffrées : si ni la phrase de passe ni la clé de secours n’ont pu "
    "être prises, il n’y a pas lieu d’informer les personnes (article 34). Sinon, --noms les "
    "nomme.",
    "  5. Déposer plainte en cas de vol ; inviter le nouvel ordinateur du professionnel.",
)


_REWRITTEN = "Tables réécrites : aucun octet ne reste dans leurs fichiers."
_LATER = "Des octets restent dans les fichiers de la base : lancez « reecrire », la nuit venue."


def _rewrite_now(administration: Administration, department: Department) -> str:
    """Write the tables anew and say so, or say why not: the erasure stands."""
    try:
        administration.erasure.rewrite(department)
    except StoreError as failure:
        return f"{failure.sentence} {_LATER}"
    return _REWRITTEN


def _names(administration: Administration, department: Department) -> dict[str, str]:
    return {item.id: item.name for item in administration.all_of(department, Professional)}


def _device_line(device: Device, names: dict[str, str]) -> str:
    parts = [
        device.id,
        names.get(device.professional, device.professional),
        f"vu le {device.last_seen_at:%d/%m/%Y}",
    ]
    if device.renews is not None:
        parts.append(f"remplace {device.renews}")
    if device.renewed_by is not None:
        parts.append(f"remplacé par {device.renewed_by}")
    if device.revoked_at is not None:
        parts.append(f"révoqué le {device.revoked_at:%d/%m/%Y}")
    return "  ".join(parts)


def _person_line(person: PersonFound) -> str:
    parts = [person.id, f"{person.birth_name} {person.first_name}"]
    if person.usual_name:
        parts.append(f"nom d’usage : {person.usual_name}")
    if person.birth_date:
        parts.append(f"née ou né le {date.fromisoformat(person.birth_date):%d/%m/%Y}")
    if person.is_deleted:
        parts.append("fiche supprimée")
    return "  ".join(parts)


def _preview_lines(preview: Preview, names: dict[str, str]) -> Lines:
    joined = [
        f"ATTENTION : dit de la même personne que {other}, qui s’efface à part."
        for other in preview.joined_with
    ]
    readers = ", ".join(names.get(one, one) for one in preview.professionals)
    return [
        f"Dossier {preview.dossier}, ouvert le {preview.opened_on}.",
        *(f"  {label} : {count}" for label, count in preview.records.items()),
        f"Y ont eu accès : {readers}.",
        f"Ordinateurs à prévenir : {preview.devices}{_whose(preview)}.",
        f"Tables à réécrire ensuite : {_mebibytes(preview.rewritten)} Mio, autant de place libre ;"
        " les ordinateurs attendent pendant ce temps (--plus-tard le laisse à « reecrire »).",
        *joined,
    ]


def _whose(preview: Preview) -> str:
    return (
        ", tous : qui l’a eu depuis la sauvegarde remise n’est pas su" if preview.tells_all else ""
    )


def _mebibytes(size: int) -> int:
    return -(-size // 2**20)


def _register_lines(line: RegisterLine, names: dict[str, str]) -> Lines:
    erasure = line.erasure
    posts = "postes" if erasure.acknowledged > 1 else "poste"
    told = f"{erasure.acknowledged} {posts} sur {erasure.devices}"
    return [
        f"n° {erasure.seq}  {erasure.made_at:%d/%m/%Y}  {erasure.bucket}"
        f"  {Reason(erasure.reason).label}  {told}  {_rewritten(erasure)}",
        *(
            f"    attend {item.device}  {names.get(item.professional, item.professional)}"
            f"  vu le {item.last_seen_at:%d/%m/%Y}"
            for item in line.waiting
        ),
    ]


def _rewritten(erasure: ErasureLine) -> str:
    if erasure.rewritten_at is None:
        return "tables à réécrire : « reecrire »"
    return f"tables réécrites le {erasure.rewritten_at:%d/%m/%Y}"


def _ahead(item: Ahead) -> str:
    if item.cause == "cursor":
        said = f"a lu jusqu’à {item.claimed}, la base finit à {item.held}"
    else:
        said = f"envoie à partir de {item.claimed}, la base attend {item.held}"
    return f"{said}  (le {item.seen_at:%d/%m/%Y})"


def _shown_name(name: str | None) -> str:
    return "" if name is None else f"  {name}"


def _as_json(sheet: IncidentSheet) -> str:
    return msgspec.json.encode(sheet).decode()


def _write(sheet: IncidentSheet, folder: Path) -> list[Path]:
    """Write both forms, for the eyes of whoever types the command alone."""
    stem = f"fiche-incident-{sheet.device}-{sheet.made_at:%Y%m%d-%H%M%S}"
    text = "\n".join(sheet_lines(sheet)) + "\n"
    written = []
    for suffix, content in ((".txt", text), (".json", _as_json(sheet))):
        path = folder / f"{stem}{suffix}"
        try:
            number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(content)
        except OSError:
            raise AdministrationRefused(f"« {folder} » ne peut pas être écrit.") from None
        written.append(path)
    return written
