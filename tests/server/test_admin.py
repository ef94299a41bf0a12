"""What the Département's IT types, and what it is answered."""

from pathlib import Path

import pytest

from server.admin.__main__ import main
from tests.support.office import Office
from tests.support.raw_device import enrol


class Terminal:
    """A terminal at the office."""

    def __init__(self, office: Office, capsys: pytest.CaptureFixture[str]) -> None:
        self.office = office
        self._capsys = capsys

    def types(self, *words: str) -> str:
        """Run a command that succeeds; return what it prints."""
        code, out, err = self.run(*words)
        assert (code, err) == (0, "")
        return out

    def is_refused(self, *words: str) -> str:
        """Run a command that is refused; return its one sentence."""
        code, out, err = self.run(*words)
        assert (code, out) == (1, "")
        assert err.count("\n") == 1
        assert "Traceback" not in err
        return err

    def run(self, *words: str) -> tuple[int, str, str]:
        """Run a command on this office's département."""
        code = main(
            ["--department", self.office.department.code, *words],
            {"COFFRE_DATABASE_URL": self.office.premises.url},
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
    assert terminal.types("list-devices").strip() == ""


def test_a_device_is_listed_then_revoked_once(terminal: Terminal) -> None:
    device = enrol(terminal.office)
    assert f"{device.device}  Claire Morin" in terminal.types("list-devices")
    terminal.types("revoke", device.device)
    assert "révoqué le" in terminal.types("list-devices")
    assert "déjà révoqué" in terminal.is_refused("revoke", device.device)
    assert "pas connu" in terminal.is_refused("revoke", "moi")


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
        "Nadia Roy;Infirmier·ère mobile;cd 79;\n",
        encoding="utf-8",
    )
    assert "Ajoutés : 3" in terminal.types("import-professionals", str(table))
    listed = terminal.types("list-professionals")
    assert "Mehdi Belkacem  (Référent·e unique)" in listed


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "vide"),
        ("prénom\nClaire\n", "il manque « nom »"),
        ("nom;métier\nClaire;astrologue\n", "Ligne 2"),
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
    assert terminal.types("list-professionals").strip() == ""


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("invite", "Personne"), "n’est pas connu"),
        (("create-department", "trop long", "X"), "quatre chiffres ou lettres"),
        (("create-department", "x1", " "), "nom du département"),
        (("import-places", "absent.csv"), "ne peut pas être lu"),
        (("add-place", "CSC", "--commune", "791745"), "Commune"),
        (("add-professional", "x" * 300, "--job", "nurse"), "Nom"),
        (("add-professional", "Claire", "--job", "nurse", "--structure", "?"), "pas connu"),
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


def test_a_database_that_does_not_answer_is_told_in_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--database-url", "postgresql://127.0.0.1:1/x", "status"], {}) == 2
    assert "PostgreSQL ne répond pas" in capsys.readouterr().err
