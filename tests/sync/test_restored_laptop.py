"""A laptop put back from an older copy of its disk: its work is never taken for older work."""

import shutil
from pathlib import Path

import pytest

from desktop.services.persons import NewPerson
from desktop.sync.errors import LaptopBehind
from desktop.ui.errors import sentence
from protocol.kinds.people import Job
from tests.support.fleet import enrolled
from tests.support.office import Office, office, premises

__all__ = ["office", "premises"]


def test_work_typed_after_an_old_copy_was_put_back_is_kept_and_the_office_changes_nothing(
    office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "claire"
    laptop = enrolled(office, folder, "Claire Martin", Job.PSYCHOLOGIST)
    laptop.close()
    shutil.copytree(folder, tmp_path / "copy")
    laptop.reopen()
    laptop.desk.persons.create(NewPerson(birth_name="Avant", first_name="La copie"))
    laptop.sync()
    laptop.close()

    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "copy", folder)
    laptop.reopen()
    laptop.desk.persons.create(NewPerson(birth_name="Après", first_name="La copie"))
    held = office.dump()
    for _ in range(2):
        with pytest.raises(LaptopBehind) as refused:
            laptop.sync()
        assert "copié" in sentence(refused.value).text
    assert laptop.session.workplace.store.outbox.pending_count() == 2
    assert "Après" in laptop.store_text()
    assert "Après" not in office.dump()
    assert held.count("record: (4,") == office.dump().count("record: (4,")
    laptop.close()
