"""A session: the services of one enrolled laptop, between an unlock and a lock."""

from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from desktop.app.session import build_services, office_of, open_session, read_packaged
from desktop.config.policy import Policy
from desktop.crypto.randomness import SystemRandom
from desktop.services.errors import LeaseOver
from desktop.services.persons import NewPerson
from desktop.sync.errors import (
    NotTheOffice,
    Offline,
    OfflineReason,
    StrangerReason,
    UntrustedServer,
)
from protocol.ids import uuid7
from protocol.kinds.people import Job
from tests.support.fleet import PASSPHRASE, access, enrolled
from tests.support.laptop import SeededRandom, TurnedClock, make_workplace
from tests.support.office import Office


def test_a_laptop_that_is_not_enrolled_has_no_session(tmp_path: Path) -> None:
    unlocked, _ = access(tmp_path).create(PASSPHRASE)
    with pytest.raises(LookupError):
        open_session(unlocked, TurnedClock(), SystemRandom())
    unlocked.close()


def test_a_session_knows_who_works_here_and_reads_her_own_work(
    office: Office, tmp_path: Path
) -> None:
    laptop = enrolled(office, tmp_path, "Claire Martin", Job.PSYCHOLOGIST)
    laptop.reopen()
    assert laptop.session.services.directory.me().name == "Claire Martin"
    assert laptop.session.workplace.me == office.hire("Claire Martin")
    assert laptop.session.workplace.department == office.department.code
    own = laptop.session.own_words()
    assert own[0] == "Claire Martin"
    assert own[1] == laptop.session.enrolment.server_address != ""
    laptop.close()
    laptop.close()


def test_another_server_at_the_same_address_gets_nothing(office: Office, tmp_path: Path) -> None:
    laptop = enrolled(office, tmp_path, "Claire Martin", Job.PSYCHOLOGIST)
    with laptop.session.workplace.store.database.transaction():
        state = laptop.session.workplace.store.state
        known = state.enrolment()
        assert known is not None
        other = uuid7(1, SeededRandom().bytes(10))
        state.set_enrolment(replace(known, server=other))
    laptop.reopen()
    identity = laptop.session.workplace.identity
    with pytest.raises(NotTheOffice) as stranger:
        office_of(laptop.session.enrolment, identity, laptop.clock).hello()
    assert stranger.value.reason is StrangerReason.OTHER_SERVER
    laptop.close()


def test_all_services_of_a_session_share_one_store(tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "claire")
    services = build_services(workplace, read_packaged())
    assert services.persons.count() == 0
    assert services.directory.commune_name("79174") == "Melle"
    workplace.store.close()


def test_what_the_policy_says_today_goes_before_what_the_enrolment_learned(
    office: Office, tmp_path: Path
) -> None:
    laptop = enrolled(office, tmp_path / "claire", "Claire Martin", Job.PSYCHOLOGIST)
    enrolment, identity = laptop.session.enrolment, laptop.session.workplace.identity

    def reach(policy: Policy) -> None:
        reached = office_of(enrolment, identity, laptop.clock, policy)
        try:
            reached.hello()
        finally:
            reached.close()

    reach(Policy())
    reach(Policy(authority=office.authority, system_store=True))
    elsewhere = tmp_path / "autre.pem"
    trustme.CA().cert_pem.write_to_path(elsewhere)
    with pytest.raises(UntrustedServer):
        reach(Policy(authority=elsewhere))
    with pytest.raises(Offline) as refused:
        reach(Policy(proxy="127.0.0.1:9"))
    assert refused.value.reason is OfflineReason.PROXY
    laptop.close()


def test_a_session_may_not_write_for_ever_without_the_office(
    office: Office, tmp_path: Path
) -> None:
    laptop = enrolled(office, tmp_path, "Claire Martin", Job.PSYCHOLOGIST)
    laptop.clock.advance(days=31)
    with pytest.raises(LeaseOver):
        laptop.session.services.persons.create(NewPerson("Morisset", "Yves"))
    laptop.sync()
    laptop.session.services.persons.create(NewPerson("Morisset", "Yves"))
    laptop.sync()
    assert "Morisset" in office.dump()
    laptop.close()
