"""Claire’s laptop, and the file her former office gave her."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.app.session import read_packaged
from desktop.services.caseload_import import CaseloadImport
from desktop.services.persons import NewPerson
from tests.support.laptop import Desk, make_desk

FILE = """Nom;Prénom;Date de naissance;Commune;Téléphone;Référent
Benali;Nadia;04/03/1979;Melle;0612345601;Mme Roy
Morisset;Yves;22/09/1968;Niort;0612345602;Mme Roy
Guérin;Élodie;1er mars 1990;Parthenay;pas de téléphone;Mme Roy
;Sansnom;;;;
Diallo;Fatou;31/02/1985;Melle;;
Morisset;Yves;22/09/1968;Niort;0612345602;
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = make_desk(tmp_path / "laptop")
    # Somebody who may be Nadia Benali.
    desk.persons.create(NewPerson(birth_name="Benaly", first_name="Nadia", commune="79174"))
    yield desk
    desk.store.database.close()


@pytest.fixture
def imports(desk: Desk) -> CaseloadImport:
    return CaseloadImport(desk.workplace, desk.persons, read_packaged())


@pytest.fixture
def path(tmp_path: Path) -> str:
    path = tmp_path / "file active.csv"
    path.write_bytes(FILE.encode("cp1252"))
    return str(path)
