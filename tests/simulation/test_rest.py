"""The simulation waits for what laptops answer by themselves, and for nothing that was typed."""

from desktop.services.persons import NewPerson
from protocol.ids import ProfessionalId
from protocol.kinds.persons import CircleRole
from tests.simulation.quiet import come_home, is_answered, sequence
from tests.simulation.town import Town


def test_only_what_nobody_typed_is_waited_for(town: Town) -> None:
    with town.life(2, small=False) as (claire, mehdi):
        before = sequence(town)
        come_home(claire)
        assert not is_answered(town, before), "nothing was said"
        new = NewPerson(birth_name="Grelier", first_name="Lucie", request="Un logement")
        person = claire.desk.persons.create(new).value
        come_home(claire)
        assert not is_answered(town, before), "somebody typed this"
        before = sequence(town)
        claire.desk.persons.welcome(person, ProfessionalId(mehdi.who), CircleRole.CONTRIBUTOR)
        come_home(claire)
        assert not is_answered(town, before), "somebody was welcomed with this key"
        before = sequence(town)
        work = claire.session.workplace
        keys = work.circle_keys()
        with work.store.database.transaction():
            keys.admit(person, mehdi.who)
            keys.flush(work.store.state.hlc())
        come_home(claire)
        assert is_answered(town, before), "a key alone was given again"
