"""The simulation waits for what laptops answer by themselves, and for nothing that could leave."""

from dataclasses import replace

from desktop.services.persons import NewPerson
from protocol.ids import ProfessionalId
from protocol.kinds.persons import CircleRole
from tests.simulation.quiet import come_home, is_answered, let_them_all_come_home, sequence
from tests.simulation.town import Town
from tests.support.opened import everywhere
from tests.support.two_laptops import meet


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


def test_what_waited_for_an_author_to_bring_her_record_back_is_waited_for(town: Town) -> None:
    with town.life(4, small=False) as machines:
        reader, editor, _, author = machines
        backup = town.office.backup()
        new = NewPerson(birth_name="Grelier", first_name="Lucie")
        person = author.desk.persons.create(new).value
        for guest in (editor, reader):
            who = ProfessionalId(guest.who)
            author.desk.persons.welcome(person, who, CircleRole.CONTRIBUTOR)
        for machine in (author, editor, reader):
            come_home(machine)
        town.office.restore(backup, new_epoch=True)
        sheet = editor.desk.persons.sheet(person).person
        editor.desk.persons.edit(replace(sheet, phone1="05 49 00 00 01"))
        # Refused; back with its author, and sent; read by whoever had come home before.
        told = list(let_them_all_come_home(town, machines))
        assert len(told) == 3 * len(machines)
        assert reader.desk.persons.sheet(person).person.phone1 == "05 49 00 00 01"


def test_what_waited_for_a_dossier_is_waited_for_from_one_colleague_to_the_next(town: Town) -> None:
    """One waits for the dossier, and another for the place that she gives her."""
    with town.life(4, small=False) as machines:
        writer, host, her_other, founder = machines
        backup = town.office.backup()
        new = NewPerson(birth_name="Grelier", first_name="Lucie")
        person = founder.desk.persons.create(new).value
        for welcoming, guest in ((founder, host), (host, writer)):
            who = ProfessionalId(guest.who)
            welcoming.desk.persons.welcome(person, who, CircleRole.CONTRIBUTOR)
            come_home(welcoming)
            come_home(guest)
        meet(writer, person, "Des mots")
        come_home(writer)
        come_home(her_other)
        town.office.restore(backup, new_epoch=True)
        list(let_them_all_come_home(town, machines))
        for machine in machines:
            assert "Des mots" in everywhere(machine.store), machine
            assert not machine.store.outbox.refused(), machine
