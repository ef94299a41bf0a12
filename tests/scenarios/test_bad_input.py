"""What goes wrong around a laptop: one calm sentence, something to do, and nothing lost.

Wrong certificates, portals and proxies are in `tests/sync`; read-only folders, newer and damaged
databases in `tests/store`; each failure known has its sentence in `tests/ui/test_errors.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.app.session import office_of, synchroniser
from desktop.config.clock import SystemClock
from desktop.services.errors import InvalidInput
from desktop.services.persons import NewPerson
from desktop.store.errors import DiskFull, StoreInUse
from desktop.sync.errors import InvitationReason, InvitationRefused, Offline, SyncError
from desktop.sync.tally import Step
from desktop.ui.errors import sentence
from protocol.ids import FollowUpId, PersonId, ProfessionalId
from protocol.invitations import InvitationMalformed
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleRole
from protocol.limits import LONG_TEXT
from tests.architecture.french import faults_of
from tests.support.fleet import PASSPHRASE, Laptop, access, enroller
from tests.support.laptop import TUESDAY
from tests.support.office import Office

FAMILY = "👩‍👧‍👦"
HEBREW = "שלום, «\u202eabc\u202c»"
ODD = f"{FAMILY} {HEBREW} e\u0301 İ ß \u200b\ufeff \U0001f9d1\U0001f3fd \t fin"


def told(failure: Exception) -> str:
    """Return what the window says of a failure: a sentence and a remedy, as they must be."""
    problem = sentence(failure)
    assert problem != sentence(RuntimeError()), f"nobody foresaw {failure!r}"
    assert faults_of(problem.whole) == []
    assert "erreur" not in problem.whole.lower()
    assert problem.text.endswith(".")
    assert problem.remedy.endswith(".")
    return problem.whole


def open_dossier(claire: Laptop, mehdi: Laptop) -> PersonId:
    """Return somebody whom Claire and Mehdi both follow."""
    claire.sync()
    made = claire.desk.persons.create(NewPerson(birth_name="Morisset", first_name="Yves")).value
    claire.desk.persons.welcome(
        made, ProfessionalId(mehdi.session.workplace.me), CircleRole.UNIQUE_REFERENT
    )
    claire.sync()
    mehdi.sync()
    return made


def meet(laptop: Laptop, person: PersonId, **texts: str) -> FollowUpId:
    """Record a follow-up."""
    form = laptop.desk.follow_ups.begin(person)
    return laptop.desk.follow_ups.finish(replace(form, next_at=None, **texts)).value  # type: ignore[arg-type]  # texts only


def sync_with(laptop: Laptop, on_step: Callable[[Step], None]) -> None:
    """Synchronise, with something that happens after each exchange."""
    session = laptop.session
    office = office_of(session.enrolment, session.workplace.identity, laptop.clock)
    synchroniser(session, office, laptop.clock, in_store=lambda work: work()).run(on_step)


# -- invitations ----------------------------------------------------------------------------------


class Newcomer:
    """A laptop with a vault and no place at the office yet."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.unlocked, recovery = access(folder).create(PASSPHRASE)
        access(folder).confirm_recovery_key(self.unlocked, " ".join(recovery.words()))
        self.contact = enroller(office, SystemClock())
        self.contact.prepare(self.unlocked.store, recovery)
        self._url = office.url

    def present(self, invitation: str) -> str:
        """Present an invitation; return who the office says she is."""
        found = self.contact.find_office(self._url)
        enrolled = self.contact.enrol(self.unlocked.store, found, invitation, lambda work: work())
        return enrolled.name


@pytest.fixture
def arrive(office: Office, tmp_path: Path) -> Iterator[Callable[[], Newcomer]]:
    """Prepare a laptop that has not been to the office yet."""
    arrived: list[Newcomer] = []

    def prepare() -> Newcomer:
        arrived.append(Newcomer(office, tmp_path / str(len(arrived))))
        return arrived[-1]

    yield prepare
    for newcomer in arrived:
        newcomer.unlocked.close()


def test_a_used_invitation_is_told_and_a_new_one_opens_the_same_vault(
    office: Office, arrive: Callable[[], Newcomer]
) -> None:
    invitation = office.invite("Claire Martin")
    assert arrive().present(invitation) == "Claire Martin"
    other = arrive()
    with pytest.raises(InvitationRefused) as refused:
        other.present(invitation)
    assert refused.value.reason is InvitationReason.USED
    assert "déjà servi" in told(refused.value)
    assert other.present(office.invite("Sofia Neveu", Job.NURSE)) == "Sofia Neveu"


def test_an_expired_invitation_is_told_and_a_new_one_opens_the_same_vault(
    office: Office, arrive: Callable[[], Newcomer]
) -> None:
    newcomer = arrive()
    invitation = office.invite("Claire Martin")
    office.clock.advance(hours=25)
    with pytest.raises(InvitationRefused) as refused:
        newcomer.present(invitation)
    assert refused.value.reason is InvitationReason.EXPIRED
    assert "vingt-quatre heures" in told(refused.value)
    assert newcomer.present(office.invite("Claire Martin")) == "Claire Martin"


def test_what_is_not_an_invitation_never_leaves_the_laptop(
    office: Office, arrive: Callable[[], Newcomer]
) -> None:
    newcomer = arrive()
    found = newcomer.contact.find_office(office.url)
    office.offline()
    for typed in ("", "bonjour", "79-AAAAA", "🙂" * 1_000, "\x00", "é" * 1_000_000):
        with pytest.raises(InvitationMalformed) as refused:
            newcomer.contact.enrol(newcomer.unlocked.store, found, typed, lambda work: work())
        assert "invitation" in told(refused.value)


# -- the office and the clock ---------------------------------------------------------------------


@pytest.mark.parametrize("years", [-10, 10])
def test_a_laptop_whose_clock_is_ten_years_wrong_synchronises_anyway(
    years: int, claire: Laptop, mehdi: Laptop
) -> None:
    person = open_dossier(claire, mehdi)
    claire.clock.advance(days=365.25 * years)
    claire.sync()  # ten years ahead, a laptop only reads until it has heard the office
    meet(claire, person, summary="Écrit à une date absurde.")
    sheet = claire.desk.persons.sheet(person).person
    claire.desk.persons.edit(replace(sheet, phone1="0549000001"))
    claire.sync()
    mehdi.sync()
    assert [x.summary for x in mehdi.desk.follow_ups.timeline(person)] == [
        "Écrit à une date absurde."
    ]
    # Mehdi has read it: what he writes next follows it, whatever the two clocks say.
    sheet = mehdi.desk.persons.sheet(person).person
    mehdi.desk.persons.edit(replace(sheet, phone1="0549000002"))
    mehdi.sync()
    claire.clock.moment = TUESDAY + timedelta(hours=1)
    claire.sync()
    sheet = claire.desk.persons.sheet(person).person
    assert sheet.phone1 == "0549000002"
    claire.desk.persons.edit(replace(sheet, phone1="0549000003"))
    claire.sync()
    mehdi.sync()
    for laptop in (claire, mehdi):
        assert laptop.desk.persons.sheet(person).person.phone1 == "0549000003"
        assert laptop.desk.sync_reports.read().to_review == ()


def test_an_office_that_goes_down_half_way_gets_the_other_half_later(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    person = open_dossier(claire, mehdi)
    for number in range(48):  # more than the two batches that travel at once
        claire.clock.advance(minutes=1)
        meet(claire, person, summary=f"{number} " + "x" * (LONG_TEXT - 10))
    with pytest.raises(Offline) as failed:
        sync_with(claire, lambda step: office.offline())
    assert "réseau" in told(failed.value) or "serveur" in told(failed.value)
    assert 0 < claire.desk.sync_reports.read().pending < 48
    assert len(claire.desk.follow_ups.timeline(person)) == 48
    office.online()
    claire.sync()
    mehdi.sync()
    assert claire.desk.sync_reports.read().pending == 0
    received = [line.summary.split()[0] for line in mehdi.desk.follow_ups.timeline(person)]
    assert received == [str(number) for number in reversed(range(48))]


# -- the laptop's disk ----------------------------------------------------------------------------


def give_pages(laptop: Laptop, spare: int) -> None:
    """Let the laptop's store grow by so many pages and no more."""
    database = laptop.session.workplace.store.database
    row = database.row("PRAGMA page_count")
    assert row is not None
    database.execute(f"PRAGMA max_page_count = {int(row[0]) + spare}")


def test_a_disk_that_fills_during_a_synchronisation_keeps_what_waits_to_leave(
    claire: Laptop, mehdi: Laptop
) -> None:
    person = open_dossier(claire, mehdi)
    for number in range(5):
        meet(claire, person, summary=f"{number} " + "x" * 20_000)
    claire.sync()
    meet(mehdi, person, summary="Écrit avant que le disque soit plein.")
    waiting = mehdi.desk.sync_reports.read().pending
    give_pages(mehdi, 2)
    with pytest.raises(DiskFull) as failed:
        mehdi.sync()
    assert "plein" in told(failed.value)
    report = mehdi.desk.sync_reports.read()
    assert report.pending == waiting
    assert report.journal[0].outcome == "DiskFull"
    mehdi.reopen()
    assert len(mehdi.desk.follow_ups.timeline(person)) == 1
    mehdi.sync()
    claire.sync()
    for laptop in (claire, mehdi):
        assert len(laptop.desk.follow_ups.timeline(person)) == 6
        assert laptop.desk.sync_reports.read().pending == 0


def test_a_disk_that_is_full_refuses_a_follow_up_and_keeps_its_draft(
    claire: Laptop, mehdi: Laptop
) -> None:
    person = open_dossier(claire, mehdi)
    form = replace(claire.desk.follow_ups.begin(person), summary="a" * 30_000, next_at=None)
    claire.desk.follow_ups.autosave(form)
    give_pages(claire, 1)
    with pytest.raises(DiskFull) as failed:
        claire.desk.follow_ups.finish(form)
    assert "plein" in told(failed.value)
    claire.reopen()
    assert claire.desk.follow_ups.open(form.target).form == form
    claire.desk.follow_ups.finish(form)
    assert claire.desk.follow_ups.drafts() == []


def test_a_second_coffre_on_the_same_vault_is_told_and_the_first_goes_on(claire: Laptop) -> None:
    with pytest.raises(StoreInUse) as refused:
        access(claire.folder).open(PASSPHRASE)
    assert "déjà ouvert" in told(refused.value)
    claire.desk.persons.create(NewPerson(birth_name="Diallo", first_name="Fatou"))
    claire.sync()


# -- absurd and enormous texts --------------------------------------------------------------------


def test_odd_writings_arrive_at_a_colleagues_as_they_were_typed(
    claire: Laptop, mehdi: Laptop
) -> None:
    person = open_dossier(claire, mehdi)
    sheet = claire.desk.persons.sheet(person).person
    claire.desk.persons.edit(replace(sheet, request=ODD, usual_name=HEBREW, address_line=FAMILY))
    made = meet(claire, person, summary=ODD, for_person=ODD, person_words=ODD, clinical=ODD)
    claire.sync()
    mehdi.sync()
    arrived = mehdi.desk.persons.sheet(person).person
    assert (arrived.request, arrived.usual_name, arrived.address_line) == (ODD, HEBREW, FAMILY)
    (line,) = mehdi.desk.follow_ups.timeline(person)
    assert {line.summary, line.for_person, line.person_words} == {ODD}
    assert claire.desk.follow_ups.note(made) == ODD


def test_what_no_computer_can_keep_is_left_out_and_the_rest_arrives(
    claire: Laptop, mehdi: Laptop
) -> None:
    person = open_dossier(claire, mehdi)
    made = meet(claire, person, summary="a\x00b\ud800c", clinical="d\x00e\udfff")
    sheet = claire.desk.persons.sheet(person).person
    claire.desk.persons.edit(replace(sheet, birth_name="Mori\x00sset", request="\x00"))
    claire.sync()
    mehdi.sync()
    assert mehdi.desk.follow_ups.timeline(person)[0].summary == "abc"
    assert claire.desk.follow_ups.note(made) == "de"
    for laptop in (claire, mehdi):
        assert laptop.desk.persons.sheet(person).person.birth_name == "Morisset"
        assert not laptop.desk.persons.sheet(person).person.request


def test_the_longest_texts_that_are_taken_arrive_whole(claire: Laptop, mehdi: Laptop) -> None:
    person = open_dossier(claire, mehdi)
    accents = "é" * (LONG_TEXT - 1) + "."
    made = meet(claire, person, summary=accents, clinical=accents)
    smiles = "🙂" * LONG_TEXT
    meet(claire, person, person_words=smiles)
    claire.sync()
    mehdi.sync()
    assert claire.desk.sync_reports.read().refused == ()
    lines = mehdi.desk.follow_ups.timeline(person)
    assert {line.summary for line in lines} == {accents, ""}
    assert {line.person_words for line in lines} == {smiles, ""}
    assert claire.desk.follow_ups.note(made) == accents


def test_a_follow_up_whose_every_text_is_the_longest_arrives_whole(
    claire: Laptop, mehdi: Laptop
) -> None:
    person = open_dossier(claire, mehdi)
    smiles = "🙂" * LONG_TEXT
    meet(claire, person, summary=smiles, for_person=smiles, person_words=smiles)
    claire.sync()
    mehdi.sync()
    assert claire.desk.sync_reports.read().refused == ()
    (line,) = mehdi.desk.follow_ups.timeline(person)
    assert (line.summary, line.for_person, line.person_words) == (smiles, smiles, smiles)


@pytest.mark.parametrize("field", ["summary", "clinical", "for_person", "next_step"])
def test_a_million_signs_are_refused_in_place_and_stay_in_the_draft(
    field: str, claire: Laptop, mehdi: Laptop
) -> None:
    person = open_dossier(claire, mehdi)
    form = replace(claire.desk.follow_ups.begin(person), summary="Gardé.")
    claire.desk.follow_ups.autosave(form)
    with pytest.raises(InvalidInput) as refused:
        claire.desk.follow_ups.finish(replace(form, **{field: "🙂" * 1_000_000}))  # type: ignore[arg-type]  # texts only
    assert refused.value.field == field
    assert "trop long" in told(refused.value)
    assert claire.desk.follow_ups.open(form.target).form.summary == "Gardé."
    assert claire.desk.follow_ups.timeline(person) == []


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " \t ",
        "n" * 1_000_000,
        "\x00",
    ],
    ids=["nothing", "spaces", "a million letters", "NUL"],
)
def test_an_absurd_name_is_refused_with_its_field(claire: Laptop, typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        claire.desk.persons.create(NewPerson(birth_name=typed, first_name="Une"))
    assert refused.value.field == "birth_name"
    told(refused.value)
    assert claire.desk.persons.count() == 0
    assert claire.desk.sync_reports.read().pending == 0


def test_a_failed_synchronisation_says_why_in_the_journal(office: Office, claire: Laptop) -> None:
    (device,) = office.devices()
    office.revoke(device.id)
    with pytest.raises(SyncError) as failed:
        claire.sync()
    told(failed.value)
    assert claire.desk.sync_reports.read().journal[0].outcome == "Revoked"


def test_searching_for_anything_whatever_finds_nobody_and_breaks_nothing(claire: Laptop) -> None:
    claire.desk.persons.create(NewPerson(birth_name="Diallo", first_name="Fatou"))
    for typed in (ODD, "\x00", "%", "_", "'\"; DROP TABLE person", "x" * 100_000, "🙂" * 5_000):
        assert claire.desk.persons.search(typed) == []
    assert [line.name for line in claire.desk.persons.search("dialo")] == ["Diallo Fatou"]
