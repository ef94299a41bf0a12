"""What the Département's IT types, and what it is answered."""

import os
from pathlib import Path

import msgspec
import pytest

from protocol import wire
from protocol.kinds.people import Job
from server.admin.__main__ import main
from server.admin.words import trade
from server.services.erasure import Reason
from tests.server.samples import follow_up, member, note, person
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, enrol

NEXT_CENTURY = "03bb2cc3-d800-7000-8000-00000000000a"


class Terminal:
    """A terminal at the office."""

    def __init__(self, office: Office, capsys: pytest.CaptureFixture[str]) -> None:
        self.office = office
        self.asked: list[str] = []
        self._capsys = capsys

    def types(self, *words: str, answer: str = "") -> str:
        """Run a command that succeeds; return what it prints."""
        code, out, err = self.run(*words, answer=answer)
        assert (code, err) == (0, "")
        return out

    def is_refused(self, *words: str, answer: str = "") -> str:
        """Run a command that is refused; return its one sentence."""
        code, out, err = self.run(*words, answer=answer)
        assert (code, out) == (1, "")
        assert err.count("\n") == 1
        assert "Traceback" not in err
        return err

    def run(self, *words: str, answer: str = "") -> tuple[int, str, str]:
        """Run a command on this office's département; whatever it asks, ``answer``."""

        def ask(question: str) -> str:
            self.asked.append(question)
            return answer

        code = main(
            ["--department", self.office.department.code, *words],
            {"COFFRE_DATABASE_URL": self.office.premises.url},
            ask,
        )
        said = self._capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
def terminal(office: Office, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Return a terminal."""
    return Terminal(office, capsys)


def test_a_professional_is_added_and_invited_and_her_laptop_comes(terminal: Terminal) -> None:
    office = terminal.office
    terminal.types("add-structure", "Antenne de Melle", "--category", "department")
    terminal.types(
        "add-professional", "Claire Morin", "--job", "psychologist", "--structure",
        "antenne de melle",
    )  # fmt: skip
    code = terminal.types("invite", "claire  morin").splitlines()[0]
    assert code.startswith(office.department.code.upper() + "-")

    assert "Claire Morin  (Psychologue clinicienne)" in terminal.types("list-professionals")
    assert "Aucun ordinateur" in terminal.types("list-devices")


def test_a_device_is_listed_then_revoked_once(terminal: Terminal) -> None:
    device = enrol(terminal.office)
    assert f"{device.device}  Claire Morin" in terminal.types("list-devices")
    terminal.types("revoke", device.device)
    assert "révoqué le" in terminal.types("list-devices")
    assert "déjà révoqué" in terminal.is_refused("revoke", device.device)
    assert "pas connu" in terminal.is_refused("revoke", "moi")


def test_the_sheet_of_a_laptop_that_held_nobody_says_so(terminal: Terminal) -> None:
    empty = enrol(terminal.office)
    assert "Dossiers :\n  aucun\n" in terminal.types("fiche-incident", empty.device)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "il manque : COMMANDE."),
        (["revoqer"], "'revoqer' n’existe pas ; au choix : "),
        (["revoquer"], "il manque : ORDINATEUR."),
        (["invite", "Claire", "--hours", "deux"], "--hours : 'deux' n’est pas un nombre."),
        (["postes", "--tous"], "n’existe pas : --tous."),
        (["postes", "--department"], "n’existe pas : --department."),
        (["--department"], "--department : il manque ce qui suit."),
        (["--d", "79", "postes"], "--d peut être "),
    ],
)
def test_a_command_mistyped_is_answered_in_french(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert sentence in said
    assert not {"error", "argument", "required", "choose"} & set(said.replace(":", " ").split())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ","])
def test_lieux_come_from_a_spreadsheet_as_it_was_saved(
    terminal: Terminal, tmp_path: Path, encoding: str, separator: str
) -> None:
    rows = [
        ["Nom", "Commune", "Adresse", "PMR", "Réseau", "Latitude", "Colonne en trop"],
        [
            "Salle des fêtes",
            "79174",
            '"3, place de l’Église"',
            "oui",
            "Réseau faible",
            "46.22",
            "x",
        ],
        ["CCAS", "79191", "", "non", "", "", ""],
        ["", "", "", "", "", "", ""],
    ]
    table = tmp_path / "lieux.csv"
    table.write_bytes("\r\n".join(separator.join(row) for row in rows).encode(encoding))

    assert "Ajoutés : 2. Déjà connus : 0." in terminal.types("import-places", str(table))
    assert "Ajoutés : 0. Déjà connus : 2." in terminal.types("import-places", str(table))
    assert "Salle des fêtes  (79174)" in terminal.types("list-places")
    dump = terminal.office.dump()
    assert "3, place de l’Église" in dump
    assert dump.count('"network": "weak"') + dump.count('""network"": ""weak""') == 1


def test_professionals_come_from_a_spreadsheet(terminal: Terminal, tmp_path: Path) -> None:
    terminal.types("add-structure", "CD 79", "--category", "department")
    table = tmp_path / "equipe.csv"
    table.write_text(
        "nom;métier;structure;courriel\n"
        "Claire Morin;Psychologue clinicienne;CD 79;claire@example.org\n"
        "Mehdi Belkacem;referent;;\n"
        "Nadia Roy;Infirmier·ère mobile;cd 79;\n"
        "Awa Diallo;psychologue;;\n"
        "Zoé Petit;INFIRMIERE;;\n",
        encoding="utf-8",
    )
    assert "Ajoutés : 5" in terminal.types("import-professionals", str(table))
    listed = terminal.types("list-professionals")
    assert "Mehdi Belkacem  (Référent·e unique)" in listed


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "vide"),
        ("prénom\nClaire\n", "il manque « nom »"),
        (
            "nom;métier\nClaire;astrologue\n",
            "Ligne 2 : le métier « astrologue » n’est pas connu ; au choix : Psychologue",
        ),
        ("nom;métier;structure\nClaire;nurse;Nulle part\n", "Nulle part"),
        ("nom;métier\nClaire;nurse\nMehdi;\n", "Ligne 3"),
    ],
)
def test_a_spreadsheet_with_one_bad_line_adds_nobody(
    terminal: Terminal, tmp_path: Path, text: str, sentence: str
) -> None:
    table = tmp_path / "equipe.csv"
    table.write_text(text, encoding="utf-8")
    assert sentence in terminal.is_refused("import-professionals", str(table))
    assert "Aucun professionnel" in terminal.types("list-professionals")


@pytest.mark.parametrize(
    ("typed", "job"),
    [
        ("psychologue", Job.PSYCHOLOGIST),
        ("Psychologue clinicien", Job.PSYCHOLOGIST),
        ("infirmière", Job.NURSE),
        ("infirmier(ère)", Job.NURSE),
        ("Infirmier/ère mobile", Job.NURSE),
        ("IDE", Job.NURSE),
        ("CONSEILLERE MOBILITE", Job.MOBILITY_ADVISOR),
        ("conseiller·ère en mobilité", Job.MOBILITY_ADVISOR),
        ("référente unique", Job.REFERENT),
        ("référent(e)", Job.REFERENT),
        ("travailleur·se social·e", Job.SOCIAL_WORKER),
        ("assistante sociale", Job.SOCIAL_WORKER),
        ("cheffe de bureau", Job.INSERTION_HEAD),
        ("animatrice", Job.ANIMATOR),
        ("nurse", Job.NURSE),
        ("voyante", None),
        ("", None),
    ],
)
def test_a_job_is_written_as_people_say_it(typed: str, job: Job | None) -> None:
    assert trade(typed) is job


def test_each_job_may_be_written_as_it_is_shown_and_none_for_another() -> None:
    for job in Job:
        assert trade(job.label) is trade(job.label.upper()) is trade(str(job)) is job


def test_an_empty_office_says_that_it_is(terminal: Terminal) -> None:
    assert "Aucun ordinateur" in terminal.types("postes")
    assert "Aucun professionnel" in terminal.types("list-professionals")
    assert "Aucun lieu" in terminal.types("list-places")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("invite", "Personne"), "n’est pas connu"),
        (("create-department", "trop long", "X"), "quatre chiffres ou lettres"),
        (("create-department", "x1", " "), "nom du département"),
        (("import-places", "absent.csv"), "ne peut pas être lu"),
        (("add-place", "CSC", "--commune", "791745"), "Commune"),
        (("add-professional", "Claire", "--job", "astrologue"), "Référent·e unique"),
        (("add-structure", "CCAS", "--category", "mairie"), "Centre socioculturel"),
        (("add-professional", "x" * 300, "--job", "nurse"), "Nom"),
        (("add-professional", "Claire", "--job", "nurse", "--structure", "?"), "pas connu"),
        (("add-place", "CSC", "--commune", "79174", "--identifiant", "79174"), "identifiant"),
        (
            ("add-structure", "CCAS", "--category", "ccas", "--identifiant", NEXT_CENTURY),
            "n’est pas un identifiant",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    terminal: Terminal, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in terminal.is_refused(*words)


def test_two_people_of_the_same_name_are_told_apart_by_their_identifier(
    terminal: Terminal,
) -> None:
    first = terminal.types("add-professional", "Claire Morin", "--job", "nurse").strip()
    terminal.types("add-professional", "Claire Morin", "--job", "referent")
    assert "plusieurs" in terminal.is_refused("invite", "Claire Morin")
    assert "Valable 24 h" in terminal.types("invite", first)
    assert "sept jours" in terminal.is_refused("invite", first, "--hours", "999")


def test_what_a_backup_forgot_is_added_again_under_the_identifier_it_had(
    terminal: Terminal, office: Office
) -> None:
    before = office.backup()
    commands = {
        "professional": ("add-professional", "Claire Morin", "--job", "nurse"),
        "place": ("add-place", "CSC de Melle", "--commune", "79174"),
        "structure": ("add-structure", "CD 79", "--category", "department"),
    }
    had = {name: terminal.types(*words).strip() for name, words in commands.items()}
    held = office.dump()
    office.restore(before, new_epoch=True)
    for name, words in commands.items():
        assert had[name] not in office.dump()
        again = (*words, "--identifiant", had[name].upper())
        assert terminal.types(*again).strip() == had[name]
        assert "sert déjà" in terminal.is_refused(*again)
        assert had[name] in terminal.types(f"list-{name}s")
        rows = [line for line in held.splitlines() if had[name] in line and "created_at" in line]
        (created,) = {line.partition('"created_at')[2][:30] for line in rows}
        assert created in office.dump(), "laptops hold it as it was"


def test_an_unknown_departement_is_refused(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"COFFRE_DATABASE_URL": office.premises.url}
    assert main(["--department", "zz", "list-devices"], environ) == 1
    assert "n’existe pas" in capsys.readouterr().err
    assert main(["--department", office.department.code, "create-department",
                 office.department.code, "Encore"], environ) == 1  # fmt: skip
    assert "existe déjà" in capsys.readouterr().err


def test_where_things_stand_is_told_in_numbers(terminal: Terminal) -> None:
    enrol(terminal.office)
    said = terminal.types("status")
    assert f"{terminal.office.department.code}  Deux-Sèvres" in said
    assert "ordinateurs : 1, dont révoqués : 0" in said
    assert "Professionnel : 1" in said


# -- a lost laptop --------------------------------------------------------------------------------


@pytest.fixture
def lost(office: Office) -> RawDevice:
    """Return Claire's laptop, which has two dossiers and a note, and has just been lost."""
    claire = enrol(office)
    first, second = person(claire, birth_name="CANARI-UN"), person(claire, birth_name="CANARI-DEUX")
    claire.push(
        first,
        member(claire, first.rid, claire.professional),
        follow_up(claire, first.rid, summary="0CANARI"),
        second,
        member(claire, second.rid, claire.professional),
        note(claire, body="1Q0FOQVJJ"),
    )
    claire.pull()
    return claire


def test_a_sheet_tells_what_a_lost_laptop_held_in_numbers_and_identifiers(
    terminal: Terminal, lost: RawDevice
) -> None:
    said = terminal.types("fiche-incident", lost.device)
    assert "professionnel : Claire Morin" in said
    assert "dossiers : 2" in said
    assert "Suivi : 1" in said
    assert "Équipe : 2" in said
    assert "notes cliniques, scellées pour leur auteur : 1" in said
    assert "opérations reçues de lui : 6" in said
    assert "révoqué : non" in said
    assert "72 heures" in said
    for (kind, rid), _record in reader(lost).seen.items():
        if kind == "person":
            assert rid in said
    assert "CANARI" not in said


def reader(device: RawDevice) -> RawDevice:
    """Return another laptop of the same person, which has read everything."""
    fresh = enrol(device.office)
    fresh.pull()
    return fresh


def test_the_names_of_persons_are_given_only_when_asked_for(
    terminal: Terminal, lost: RawDevice
) -> None:
    assert "CANARI-UN Sylvie" in terminal.types("fiche-incident", lost.device, "--noms")
    sheet = msgspec.json.decode(terminal.types("fiche-incident", lost.device, "--json"))
    assert [held["name"] for held in sheet["dossiers"]] == [None, None]
    assert (sheet["device"], sheet["notes"]) == (lost.device, 1)


def test_a_sheet_is_written_for_whoever_typed_the_command_alone(
    terminal: Terminal, lost: RawDevice, tmp_path: Path
) -> None:
    terminal.types("fiche-incident", lost.device, "--vers", str(tmp_path))
    written = sorted(tmp_path.iterdir())
    assert [path.suffix for path in written] == [".json", ".txt"]
    assert "Claire" not in "".join(path.name for path in written)
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in written} == {0o600}
    assert "FICHE INCIDENT" in written[1].read_text(encoding="utf-8")
    assert "ne peut pas être écrit" in terminal.is_refused(
        "fiche-incident", lost.device, "--vers", str(tmp_path / "absent")
    )


def test_a_sheet_counts_neither_what_came_later_nor_what_the_laptop_has_dropped(
    terminal: Terminal, lost: RawDevice, office: Office
) -> None:
    """Mehdi's laptop was lost before he entered a circle; he had left another."""
    mehdi = enrol(office, "Mehdi Belkacem", Job.REFERENT)
    left, later = person(lost), person(lost)
    place = member(lost, left.rid, mehdi.professional)
    lost.push(left, member(lost, left.rid, lost.professional), place, later)
    mehdi.pull()
    assert left.rid in terminal.types("fiche-incident", mehdi.device)
    lost.push(Op("circle_member", place.rid, verb=wire.DELETE, base=10**9))
    assert left.rid in terminal.types("fiche-incident", mehdi.device), "it has not heard of it"
    mehdi.pull()
    office.clock.advance(minutes=10)
    mehdi.pull()
    lost.push(member(lost, later.rid, mehdi.professional))
    said = terminal.types("fiche-incident", mehdi.device)
    assert "dossiers : 0" in said
    assert left.rid not in said
    assert later.rid not in said


def test_a_sheet_of_a_laptop_that_goes_on_as_another_counts_what_it_held_before(
    terminal: Terminal, lost: RawDevice
) -> None:
    from tests.server.test_renewal import renewed

    new = renewed(lost)
    said = terminal.types("fiche-incident", new.device)
    assert f"a été auparavant : {lost.device}" in said
    assert "dossiers : 2" in said
    assert "notes cliniques, scellées pour leur auteur : 1" in said


def test_a_sheet_names_the_erasures_that_were_not_carried_out(
    terminal: Terminal, lost: RawDevice, office: Office
) -> None:
    made = person(lost)
    lost.push(made, member(lost, made.rid, lost.professional))
    number = office.administration.erasure.erase(office.department, made.rid, Reason.RETENTION)
    assert f"pas encore faits : n° {number}" in terminal.types("fiche-incident", lost.device)
    lost.pull()
    lost.ask(lost.request(erased=[number]))
    assert "pas encore faits : aucun" in terminal.types("fiche-incident", lost.device)


def test_an_unknown_laptop_has_no_sheet(terminal: Terminal) -> None:
    assert "pas connu" in terminal.is_refused("fiche-incident", "moi")


def test_a_database_that_does_not_answer_is_told_in_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--database-url", "postgresql://127.0.0.1:1/x", "status"], {}) == 2
    assert "PostgreSQL ne répond pas" in capsys.readouterr().err
