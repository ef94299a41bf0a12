"""In a dossier: the Département's key, what it opened, and a place that nobody confirmed."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.crypto.escrow import Escrow, EscrowKey
from desktop.services.persons import NewPerson
from desktop.ui.changes import ChangeBoard
from desktop.ui.dossier import DossierView, DossierViewModel
from desktop.ui.dossier.reading import DossierServices
from desktop.ui.theme import Mode, Theme
from protocol.ids import PersonId, uuid7
from protocol.values import Wire
from tests.support.accessibility import assert_accessible
from tests.support.circle import Member, introduce, member
from tests.support.departments_key import opened_by_department
from tests.support.inline_background import InlineBackground
from tests.support.laptop import SeededRandom

Wear = Callable[..., Theme]
KEY = EscrowKey.generate(SeededRandom(1))


@pytest.fixture
def circle(tmp_path: Path, qapp: QCoreApplication) -> Iterator[tuple[Member, Member]]:
    """Claire, and Mehdi whom she knows; both know the Département's key."""
    claire, mehdi = (
        member(tmp_path, name, seed, Escrow(KEY.public))
        for seed, name in enumerate(("Claire Martin", "Mehdi Belkacem"), start=7)
    )
    introduce((claire, mehdi))
    yield claire, mehdi
    for one in (claire, mehdi):
        one.desk.store.close()


def dossier(claire: Member) -> PersonId:
    new = NewPerson(birth_name="Morisset", first_name="Yves", request="Trouver un logement")
    person = claire.desk.persons.create(new).value
    claire.given()
    return person


def shown(
    claire: Member, person: PersonId, background: InlineBackground, qtbot: QtBot
) -> DossierView:
    desk = claire.desk
    services = DossierServices(**{x.name: getattr(desk, x.name) for x in fields(DossierServices)})
    view = DossierView(DossierViewModel(background, services, ChangeBoard(), desk.clock))
    qtbot.addWidget(view)
    view.resize(1110, 720)
    view.open(person)
    view.show()
    return view


def words(view: QWidget) -> str:
    return " ".join(str(one.property("text")) for one in view.findChildren(QWidget))


def place_by_the_office(claire: Member, mehdi: Member, person: PersonId) -> None:
    data: dict[str, Wire] = {
        "created_at": "2026-11-24T09:00:00Z",
        "created_by": str(mehdi.me),
        "person": person,
        "professional": str(mehdi.me),
        "role": "contributor",
        "started_on": "2026-11-24",
    }
    claire.given(("circle_member", person, uuid7(1, bytes(10)), data))


def test_a_dossier_tells_of_the_last_key_and_of_each_opening_with_its_reason(
    circle: tuple[Member, Member], background: InlineBackground, wear: Wear, qtbot: QtBot
) -> None:
    wear()
    claire, mehdi = circle
    person = dossier(claire)
    (secret,) = claire.desk.store.texts.held(person).values()
    public = mehdi.desk.workplace.identity.public
    given = opened_by_department(
        KEY,
        secret,
        person,
        str(mehdi.me),
        public,
        SeededRandom(2),
        reason="Départ à la retraite",
    )
    data: dict[str, Wire] = {
        "created_at": "2026-11-24T09:00:00Z",
        "created_by": str(mehdi.me),
        "person": person,
        "statement": b64encode(given.to_bytes()).decode(),
    }
    claire.given(("circle_key", person, uuid7(2, bytes(10)), data))
    said = words(shown(claire, person, background, qtbot).summary.circle)
    assert "clé de secours" in said
    assert "aucune note clinique" in said
    assert "Ouvert par le Département à Mehdi Belkacem le 24 novembre 2026" in said
    assert "Départ à la retraite" in said


def test_whoever_the_office_alone_placed_is_let_in_by_one_act_that_says_what_is_read(
    circle: tuple[Member, Member], background: InlineBackground, wear: Wear, qtbot: QtBot
) -> None:
    wear(mode=Mode.DARK, scale=200)
    claire, mehdi = circle
    person = dossier(claire)
    place_by_the_office(claire, mehdi, person)
    view = shown(claire, person, background, qtbot)
    keys = view.summary.circle.keys
    (link,) = keys.links
    assert link.accessibleName() == "Ouvrir ce dossier à Mehdi Belkacem"
    assert "aucun collègue n’a confirmé" in words(keys)
    assert_accessible(view)
    link.click()
    assert "déjà écrit compris" in keys.admitting.notice.text()
    keys.admitting.cancel.click()
    assert claire.desk.persons.unnamed(person), "nothing was done"
    link.click()
    keys.admitting.save.click()
    assert not claire.desk.persons.unnamed(person)
    assert not keys.links
    assert not keys.admitting.isVisible()
    claire.given()
    mehdi.given(*claire.holds(person))
    assert mehdi.desk.persons.sheet(person).person.request == "Trouver un logement"
