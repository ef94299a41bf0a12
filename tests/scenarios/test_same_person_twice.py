"""The same woman meets Claire in one village and Mehdi in another, the same week, offline."""

from dataclasses import replace
from datetime import date

from desktop.services.persons import NewPerson
from desktop.services.same_person import Choices
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds.persons import CircleRole, SamePersonState
from tests.support.fleet import Laptop
from tests.support.office import Office

BORN = date(1988, 5, 14)


def open_dossier(laptop: Laptop, birth_name: str, phone: str) -> PersonId:
    """Open a dossier for Nadia."""
    laptop.clock.advance(minutes=1)
    new = NewPerson(birth_name=birth_name, first_name="Nadia", birth_date=BORN, phone1=phone)
    return laptop.desk.persons.create(new).value


def meet(laptop: Laptop, person: PersonId, summary: str) -> None:
    """Record a follow-up."""
    laptop.clock.advance(minutes=1)
    form = replace(laptop.desk.follow_ups.begin(person), summary=summary, next_at=None)
    laptop.desk.follow_ups.finish(form)


def compare_all(laptop: Laptop) -> None:
    """Do what the app does when nothing else is asked."""
    while laptop.desk.duplicates.compare_waiting().value:
        pass


def history(laptop: Laptop, person: PersonId) -> set[str]:
    """Return what the dossier tells."""
    return {line.summary for line in laptop.desk.follow_ups.timeline(person)}


def sync_both(*laptops: Laptop) -> None:
    """Let everything reach everybody."""
    for laptop in (*laptops, *laptops):
        laptop.clock.advance(minutes=1)
        laptop.sync()


def test_two_dossiers_opened_offline_become_one_and_two_again(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    sync_both(claire, mehdi)
    office.offline()
    hers = open_dossier(claire, "Benali", "0611111111")
    meet(claire, hers, "Ne dort plus.")
    his = open_dossier(mehdi, "Ben Ali", "0622222222")
    meet(mehdi, his, "Cherche un logement.")
    office.online()
    sync_both(claire, mehdi)
    assert claire.desk.persons.count() == mehdi.desk.persons.count() == 1

    # Mehdi, her référent, asks the psychologist to join him: Claire now holds both.
    mehdi.desk.persons.welcome(
        his, ProfessionalId(claire.session.workplace.me), CircleRole.CONTRIBUTOR
    )
    sync_both(mehdi, claire)
    compare_all(claire)
    (pair,) = claire.desk.today.read().alike
    assert {pair.one.id, pair.other.id} == {hers, his}
    assert claire.desk.duplicates.of(hers)[0].other.id == his

    both = claire.desk.same_persons.compare(hers, his)
    choices = Choices(hers, his, frozenset({"phone1"}))
    assert both.referents == ()
    claire.desk.same_persons.join(choices)
    sync_both(claire, mehdi)
    for laptop in (claire, mehdi):
        compare_all(laptop)
        assert laptop.desk.persons.count() == 1
        assert laptop.desk.duplicates.pairs() == []
        (found,) = laptop.desk.persons.search("ben ali")
        sheet = laptop.desk.persons.sheet(his)
        assert found.id == sheet.dossiers[0] == hers
        assert sheet.person.phone1 == "0622222222"
        assert history(laptop, his) == {"Ne dort plus.", "Cherche un logement."}
        assert laptop.desk.sync_reports.read().to_review == ()

    # What is written now is read by both, in the dossier that is kept.
    meet(mehdi, his, "Visite d’un appartement.")
    sync_both(mehdi, claire)
    assert "Visite d’un appartement." in history(claire, hers)

    (said,) = mehdi.desk.same_persons.said(hers)
    assert said.state is SamePersonState.MERGED
    assert said.by.name == "Claire Martin"
    mehdi.desk.same_persons.separate(said.id)
    sync_both(mehdi, claire)
    for laptop in (claire, mehdi):
        compare_all(laptop)
        assert laptop.desk.duplicates.pairs() == [], "Mehdi has just answered"
        assert laptop.desk.sync_reports.read().refused == ()
        assert laptop.desk.sync_reports.read().to_review == ()
    assert claire.desk.persons.sheet(hers).person.phone1 == "0611111111"
    assert history(claire, hers) == {"Ne dort plus.", "Visite d’un appartement."}
    assert history(mehdi, his) == {"Cherche un logement."}
    assert claire.desk.persons.sheet(his).dossiers[0] == his
    assert [line.id for line in mehdi.desk.persons.caseload()] == [his]


def test_dossiers_joined_both_ways_offline_end_as_one_on_both_laptops(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    sync_both(claire, mehdi)
    hers = open_dossier(claire, "Benali", "0611111111")
    his = open_dossier(mehdi, "Ben Ali", "0622222222")
    for laptop, person, other in ((claire, hers, mehdi), (mehdi, his, claire)):
        laptop.desk.persons.welcome(
            person, ProfessionalId(other.session.workplace.me), CircleRole.CONTRIBUTOR
        )
    sync_both(claire, mehdi)
    office.offline()
    claire.desk.same_persons.join(Choices(hers, his, frozenset()))
    mehdi.desk.same_persons.join(Choices(his, hers, frozenset()))
    office.online()
    sync_both(claire, mehdi)
    shown = {laptop.desk.persons.sheet(his).dossiers[0] for laptop in (claire, mehdi)}
    assert shown == {min(hers, his)}
    (said,) = claire.desk.same_persons.said(hers)
    claire.desk.same_persons.separate(said.id)
    sync_both(claire, mehdi)
    for laptop in (claire, mehdi):
        assert laptop.desk.persons.count() == 2
        assert laptop.desk.sync_reports.read().refused == ()
