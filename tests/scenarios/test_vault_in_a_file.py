"""A whole vault leaves in one encrypted file, and comes back on a clean machine."""

import stat
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.app.backups import exporter_of
from desktop.app.session import open_session
from desktop.crypto.errors import CryptoError, ExportBroken
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.services.errors import (
    UnusablePassphrase,
    VaultAlreadyExists,
    WrongPassphrase,
    WrongRecoveryKey,
)
from desktop.services.vault_access import Found
from desktop.services.vault_file import SUFFIX, VaultImport
from desktop.ui.errors import sentence
from tests.scenarios.test_first_morning import meet, shared_person
from tests.support.fleet import Laptop, access, place_of
from tests.support.laptop import desk_of
from tests.support.office import Office

FILE_PHRASE = "cerise tambour glacier pupitre moulin orange vitrail"
NEW_PHRASE = "trois moineaux gris boivent au lavoir de Melle"
CANARY = "CANARI-EXPORT-77D1"


def exported(laptop: Laptop, folder: Path) -> Path:
    """Export the vault, as the page does."""
    exporter = exporter_of(laptop.session, FLOOR)
    path = folder / exporter.file_name()
    exporter.export(path, FILE_PHRASE)
    exporter.note_exported()
    return path


def importing(folder: Path) -> VaultImport:
    return VaultImport(place_of(folder), access(folder), SystemRandom(), FLOOR)


def test_a_vault_comes_back_on_a_clean_machine_and_goes_on_as_a_new_device(
    office: Office, claire: Laptop, mehdi: Laptop, tmp_path: Path
) -> None:
    person = shared_person(claire, mehdi)
    meet(claire, person, "Accepte un suivi mensuel.", CANARY)
    claire.sync()
    meet(claire, person, "Jamais encore envoyé.")
    path = exported(claire, tmp_path)
    device = claire.session.enrolment.device
    assert path.name == f"coffre-{claire.clock.moment:%Y-%m-%d}{SUFFIX}"
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert CANARY.encode() not in path.read_bytes()
    assert claire.desk.sync_reports.read().journal[0].outcome == "exported"
    claire.close()

    home = tmp_path / "clean"
    wanted = importing(home)
    manifest = wanted.look(path, passphrase=FILE_PHRASE)
    assert (manifest.counts["person"], manifest.counts["follow_up"]) == (1, 2)
    assert access(home).look() is Found.NOTHING  # nothing is taken before it is asked
    unlocked = wanted.take(NEW_PHRASE)
    session = open_session(unlocked, claire.clock, SystemRandom())
    again = Laptop(
        home, office, claire.clock, session, desk_of(session.workplace, claire.clock), ()
    )
    again.sync(verify=True)
    enrolment = unlocked.store.state.enrolment()
    assert enrolment is not None
    assert enrolment.device != device
    mehdi.sync()
    texts = {line.summary for line in mehdi.desk.follow_ups.timeline(person)}
    assert texts == {"Accepte un suivi mensuel.", "Jamais encore envoyé."}
    notes = [again.desk.follow_ups.note(x.id) for x in again.desk.follow_ups.timeline(person)]
    assert CANARY in notes
    assert unlocked.keeping is not None
    again.close()
    with pytest.raises(WrongPassphrase):
        access(home).open(FILE_PHRASE)
    access(home).open(NEW_PHRASE).close()


def test_the_laptop_it_was_exported_from_can_go_on_beside_it(
    office: Office, claire: Laptop, mehdi: Laptop, tmp_path: Path
) -> None:
    person = shared_person(claire, mehdi)
    meet(claire, person, "Écrit avant l’export.")
    path = exported(claire, tmp_path)
    wanted = importing(tmp_path / "clean")
    wanted.look(path, passphrase=FILE_PHRASE)
    session = open_session(wanted.take(NEW_PHRASE), claire.clock, SystemRandom())
    other = Laptop(
        tmp_path / "clean",
        office,
        claire.clock,
        session,
        desk_of(session.workplace, claire.clock),
        (),
    )
    meet(claire, person, "Écrit sur le premier poste.")
    claire.sync()
    other.sync()
    claire.sync()
    mehdi.sync()
    for laptop in (claire, other, mehdi):
        texts = {line.summary for line in laptop.desk.follow_ups.timeline(person)}
        assert texts == {"Écrit avant l’export.", "Écrit sur le premier poste."}
        assert laptop.session.workplace.store.outbox.refused() == []
    other.close()


def test_the_paper_key_opens_the_file_as_well(claire: Laptop, tmp_path: Path) -> None:
    path = exported(claire, tmp_path)
    wanted = importing(tmp_path / "clean")
    with pytest.raises(WrongRecoveryKey):
        wanted.look(path, words="abeille " * 24)
    wanted.look(path, words=" ".join(claire.recovery_words))
    wanted.forget()
    assert not list((tmp_path / "clean").iterdir())


def test_a_file_can_be_guessed_at_for_years_so_its_phrase_is_a_strong_one(
    claire: Laptop, tmp_path: Path
) -> None:
    exporter = exporter_of(claire.session, FLOOR)
    with pytest.raises(UnusablePassphrase):
        exporter.export(tmp_path / "faible.coffre", "un deux trois quatre cinq")
    assert list(tmp_path.glob("*.coffre")) == []


def test_a_vault_is_never_brought_over_another(claire: Laptop, tmp_path: Path) -> None:
    path = exported(claire, tmp_path)
    with pytest.raises(VaultAlreadyExists):
        importing(claire.folder).look(path, passphrase=FILE_PHRASE)


def test_an_import_cut_after_the_header_is_ended_by_the_next_opening(
    claire: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, home = exported(claire, tmp_path), tmp_path / "clean"
    wanted = importing(home)
    wanted.look(path, passphrase=FILE_PHRASE)

    def cut(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("desktop.services.vault_file.finish_import", cut)
        with pytest.raises(KeyboardInterrupt):
            wanted.take(NEW_PHRASE)
    unlocked = access(home).open(NEW_PHRASE)
    assert unlocked.store.state.is_imported()
    unlocked.close()


def test_an_import_cut_before_the_header_leaves_a_machine_as_clean_as_it_was(
    claire: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, home = exported(claire, tmp_path), tmp_path / "clean"
    wanted = importing(home)
    wanted.look(path, passphrase=FILE_PHRASE)
    with pytest.raises(UnusablePassphrase):
        wanted.take("court")
    assert access(home).look() is Found.NOTHING
    del wanted  # killed: what was unfolded lies there
    unlocked, _ = access(home).create(NEW_PHRASE)  # a first run begins all the same
    assert unlocked.store.records.count("person") == 0
    unlocked.close()
    assert not [name for name in home.iterdir() if "incoming" in name.name]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small export, made without an office."""
    from tests.campaigns.field_laptop import prepare, unlock

    folder = tmp_path_factory.mktemp("sample")
    prepare(folder / "vault", persons=1)
    laptop = unlock(folder / "vault")
    exporter = exporter_of(laptop.session, FLOOR)
    exporter.export(folder / "a.coffre", FILE_PHRASE)
    laptop.close()
    return (folder / "a.coffre").read_bytes()


def refused(content: bytes, folder: Path) -> CryptoError:
    path = folder / "altered.coffre"
    path.write_bytes(content)
    wanted = importing(folder / "clean")
    with pytest.raises(CryptoError) as failure:
        wanted.look(path, passphrase=FILE_PHRASE)
    home = folder / "clean"
    assert not home.exists() or not list(home.iterdir())
    said = sentence(failure.value).whole
    assert said.endswith(".")
    assert "Traceback" not in said
    return failure.value


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_file_altered_cut_or_lengthened_anywhere_is_refused_in_one_sentence(
    sample: bytes, tmp_path: Path, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(sample) - 1))
    how = data.draw(st.sampled_from(["flip", "cut", "insert", "drop", "repeat"]))
    if how == "flip":
        bit = data.draw(st.integers(0, 7))
        content = sample[:at] + bytes([sample[at] ^ 1 << bit]) + sample[at + 1 :]
    elif how == "cut":
        content = sample[:at]
    elif how == "insert":
        content = sample[:at] + data.draw(st.binary(min_size=1, max_size=9)) + sample[at:]
    elif how == "drop":
        content = sample[:at] + sample[at + 70_000 :]
    else:
        content = sample + sample[at:]
    refused(content, tmp_path)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_anything_at_all_is_refused_at_once_and_takes_no_memory(content: bytes) -> None:
    import io

    from desktop.crypto.export import ExportReader

    for start in (b"", b"COFFREX\n\x00\x01", b"COFFREX\n\x00\x01\xff\xff", b"COFFREX\n\x00\x02"):
        with pytest.raises(ExportBroken):
            ExportReader(io.BytesIO(start + content))
