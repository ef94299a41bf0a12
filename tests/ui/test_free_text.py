"""The quiet line under a shared text, in the editor where it matters most."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.config.guard_words import guard_words_text
from desktop.domain.free_text import FreeTextGuard, read_lexicon
from desktop.ui.changes import ChangeBoard
from desktop.ui.dossier import DossierView, DossierViewModel
from desktop.ui.dossier.reading import DossierServices
from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.free_text import GuardLine
from desktop.ui.record_form.view import RecordFormView
from desktop.ui.theme import Theme
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, make_desk, seed_small
from tests.ui.follow_up.editor import make_model
from tests.ui.record_form.conftest import make_model as make_record_model

GUARD = FreeTextGuard(read_lexicon(guard_words_text()))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = make_desk(tmp_path)
    yield desk
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    desk.store.close()


@pytest.fixture
def view(desk: Desk, qtbot: QtBot, theme: Theme) -> FollowUpView:
    model = make_model(desk, InlineBackground(), ChangeBoard())
    model.open_new(seed_small(desk)[1])
    view = FollowUpView(model, GUARD)
    qtbot.addWidget(view)
    view.resize(1110, 720)
    view.show()
    return view


def test_a_word_is_pointed_at_when_one_stops_typing_and_stays_written(
    view: FollowUpView, qtbot: QtBot
) -> None:
    line = view.guards["summary"]
    QTest.keyClicks(view.shared.summary.text, "Conjoint alcoolique")
    assert line.sentence == ""  # nobody is told of half a word
    qtbot.waitUntil(lambda: bool(line.sentence))
    assert line.sentence.startswith("Ce texte sera lu par l’équipe. “alcoolique”\u00a0: ")
    assert "dit ou constaté" in line.sentence
    assert view.viewmodel.form.summary == "Conjoint alcoolique"
    assert not view.viewmodel.state.problems
    assert view.finish_button.isEnabled()


def test_what_is_mended_is_no_longer_said(view: FollowUpView) -> None:
    field, line = view.shared.summary.text, view.guards["summary"]
    field.set_value("Conjoint alcoolique")
    line.look()
    assert line.isVisible()
    field.set_value("Dit que son conjoint boit chaque soir")
    assert not line.isVisible()


def test_put_away_it_stays_away_for_this_text_and_this_word(view: FollowUpView) -> None:
    field, line = view.shared.summary.text, view.guards["summary"]
    field.set_value("Conjoint alcoolique.")
    line.look()
    line.dismiss.click()
    assert not line.isVisible()
    assert field.hasFocus() or not view.isActiveWindow()
    field.set_value("Conjoint alcoolique. Menteur.")
    line.look()
    assert "“Menteur”" in line.sentence
    assert "alcoolique" not in line.sentence


def test_another_follow_up_starts_afresh(view: FollowUpView, desk: Desk) -> None:
    field, line = view.shared.summary.text, view.guards["summary"]
    field.set_value("alcoolique")
    line.look()
    line.dismiss.click()
    view.viewmodel.open_new(desk.persons.caseload()[0].id)
    assert not line.isVisible()
    field.set_value("alcoolique")
    line.look()
    assert line.isVisible()


def test_her_own_words_are_hers_but_not_the_numbers_in_them(view: FollowUpView) -> None:
    field, line = view.person_card.person_words.text, view.guards["person_words"]
    field.set_value("Je suis alcoolique, disent-ils.")
    line.look()
    assert not line.isVisible()
    field.set_value("Mon numéro : 1 85 05 78 006 084 91")
    line.look()
    assert "sécurité sociale" in line.sentence


def test_a_number_to_call_belongs_on_what_she_is_handed(view: FollowUpView) -> None:
    view.person_card.for_person.text.set_value("Appelez le 05 49 00 00 00.")
    view.guards["for_person"].look()
    assert not view.guards["for_person"].isVisible()


def test_her_private_note_is_not_looked_at(view: FollowUpView) -> None:
    watched = {line.parentWidget() for line in view.guards.values()}
    assert not any(view.note.isAncestorOf(one) for one in watched if isinstance(one, QWidget))


def test_it_reads_at_two_hundred_per_cent(view: FollowUpView, theme: Theme) -> None:
    view.shared.summary.text.set_value("Conjoint alcoolique, menteur, NIR 1 85 05 78 006 084 91")
    view.guards["summary"].look()
    _settle()
    assert_accessible(view)
    theme.choose_scale(200)
    _settle()
    assert view.guards["summary"].isVisible()
    assert_accessible(view)


def test_the_forms_of_the_professions_are_looked_over_too(
    desk: Desk, qtbot: QtBot, theme: Theme
) -> None:
    model = make_record_model(desk, InlineBackground(), ChangeBoard())
    form = RecordFormView(model, GUARD)
    qtbot.addWidget(form)
    form.resize(1110, 720)
    form.show()
    model.begin("relay", seed_small(desk)[1])
    request = form.form.fields["request"].labeled
    assert request is not None
    [line] = request.findChildren(GuardLine)
    request.field.set_value("Personne schizophrène")  # type: ignore[attr-defined]  # a text
    line.look()
    assert "“schizophrène”" in line.sentence
    for scale in (100, 200):
        theme.choose_scale(scale)
        _settle()
        assert_accessible(form)


def test_what_is_agreed_in_a_dossier_is_looked_over_too(
    desk: Desk, qtbot: QtBot, theme: Theme
) -> None:
    services = DossierServices(**{x.name: getattr(desk, x.name) for x in fields(DossierServices)})
    view = DossierView(DossierViewModel(InlineBackground(), services, ChangeBoard(), desk.clock))
    view.watch_texts(GUARD)
    qtbot.addWidget(view)
    [line] = view.path.steps.form.fields["text"].findChildren(GuardLine)
    view.path.steps.text.set_value("Voir avec ce menteur")
    line.look()
    assert not line.isHidden()
    line.dismiss.click()
    view.path.steps.text.set_value("")  # put away for that text, not for the next one
    view.path.steps.text.set_value("Voir avec ce menteur")
    line.look()
    assert not line.isHidden()


def _settle() -> None:
    for _ in range(8):
        QCoreApplication.processEvents()
