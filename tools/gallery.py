"""Draws the kit in both themes at 100 and 200 %, so that people can look at it.

    python -m tools.gallery OUT_DIR

Names are invented.
"""

import os
import sys
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.kit import (
    Card,
    Chips,
    Choice,
    DangerButton,
    DateField,
    EmptyState,
    Fact,
    Figure,
    Flow,
    Heading,
    IconButton,
    LabeledField,
    Level,
    LineField,
    LinkButton,
    ListView,
    Mark,
    Notice,
    PassphraseField,
    Pill,
    PrimaryButton,
    PrivateFrame,
    ProgressCard,
    Row,
    RowsModel,
    ScreenHeader,
    SecondaryButton,
    Segments,
    Shape,
    Strength,
    StrengthMeter,
    Tabs,
    Text,
    TextField,
    Tick,
    TimeField,
    column,
    row,
    scrolling,
)
from desktop.ui.main_window import MainWindow, Section, SyncState
from desktop.ui.theme import Mode, Role, Theme

_TODAY = date(2026, 11, 24)


def main(out: Path) -> None:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise SystemExit("A window application is needed.")
    out.mkdir(parents=True, exist_ok=True)
    for mode in (Mode.LIGHT, Mode.DARK):
        for scale in (100, 200):
            theme = Theme(app, mode=mode, scale=scale)
            theme.install()
            for name, make in _PAGES.items():
                _draw(app, theme, make, out / f"{name}-{mode}-{scale}.png")


def _draw(app: QApplication, theme: Theme, make: Callable[[], QWidget], target: Path) -> None:
    window = MainWindow(theme, _sections(make))
    window.show_who("Claire Martin · psychologue")
    window.show_sync(
        SyncState(
            "Hors connexion",
            ("7 modifications en attente", "Dernière synchro : hier, 17\u00a0h\u00a042"),
            Role.PENDING,
        )
    )
    window.open("today")
    window.show()
    window.offer_undo("Suivi supprimé", window.hush)
    for _ in range(5):
        app.processEvents()
    window.grab().save(str(target))
    window.close()
    window.deleteLater()
    app.processEvents()


def _sections(make: Callable[[], QWidget]) -> tuple[Section, ...]:
    return (
        Section("today", "Aujourd’hui", make, 1, "sun"),
        Section("persons", "Personnes", make, 2, "users"),
        Section("agenda", "Agenda", make, 3, "calendar-days"),
        Section("offers", "Offres", make, 4, "hand-helping"),
        Section("activity", "Activité", make, 5, "chart-column"),
        Section("sync", "Synchronisation", make, 6, "refresh-cw"),
    )


def _page(header: ScreenHeader, *columns: tuple[QVBoxLayout, int]) -> QWidget:
    content = QWidget()
    layout = QHBoxLayout(content)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(16)
    for part, stretch in columns:
        layout.addLayout(part, stretch)
    page = QWidget()
    outer = QVBoxLayout(page)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.setSpacing(12)
    outer.addWidget(header)
    outer.addWidget(scrolling(content), 1)
    return page


def _day() -> QWidget:
    header = ScreenHeader(
        "Mardi 24 novembre",
        "Tournée : Melle le matin, Chef-Boutonne l’après-midi · 6 rendez-vous",
        actions=(PrimaryButton("Nouveau suivi"),),
        search=True,
    )
    model = RowsModel()
    model.show(_appointments())
    listed = ListView("Rendez-vous du jour")
    listed.setModel(model)
    model.setParent(listed)
    listed.setCurrentIndex(model.index(1))
    listed.setMinimumHeight(300)
    day = Card("Rendez-vous du jour")
    day.add(listed, 1)
    person = Card("Yves Morisset", actions=(PrimaryButton("Commencer le suivi"),))
    person.add(Text("47 ans · Melle (Mellois en Poitou) · réf. : C. Roy", kind="secondary"))
    person.add(
        Flow(
            Pill("Mobilité : sans permis", Role.PENDING),
            Pill("Santé psychique", Role.DANGER),
            Pill("Logement stable"),
            Pill("Parcours social"),
        )
    )
    person.add(Text("Orienté le 3 novembre par sa référente : troubles du sommeil, isolement."))
    facts = row(Fact("Dernier contact", "3 nov. · C. Roy"), Fact("Attente", "21 jours"))
    person.add(facts)
    rest = Card("À ne pas oublier")
    rest.add(Notice("4 suivis dont la fréquence prévue est dépassée.", "Voir", role=Role.PENDING))
    rest.add(Notice("Tout est enregistré sur ce poste.", role=Role.OK))
    rest.add(Notice("Le coffre est ouvert ailleurs.", "Réessayer", role=Role.DANGER))
    return _page(header, (column(day), 3), (column(person, rest, gap=16), 2))


def _appointments() -> tuple[Row, ...]:
    return (
        Row(1, "Nadia Benali", "Melle · suivi mensuel", "9 h 00", mark=Mark("Saisi", Role.OK)),
        Row(2, "Yves Morisset", "Melle · entretien", "9 h 45", mark=Mark("En cours", Role.PRIMARY)),
        Row(
            3,
            "Élodie Guérin",
            "Melle · tous les 15 jours · dernier suivi il y a 34 j",
            "10 h 30",
            mark=Mark("En retard", Role.PENDING),
        ),
        Row(4, "Jean-Luc Audebert", "Melle · suivi mensuel", "11 h 15", trailing="28 km"),
        Row(
            5,
            "Sandrine Pelletier",
            "Chef-Boutonne",
            "14 h 45",
            mark=Mark("2 absences", Role.DANGER, Shape.SQUARE),
        ),
    )


def _form() -> QWidget:
    header = ScreenHeader(
        "Suivi · Yves Morisset",
        "Consultation psychologique · brouillon enregistré à 10 h 12, sur ce poste",
        actions=(SecondaryButton("Fermer"), PrimaryButton("Terminer le suivi")),
    )
    lieu = LabeledField("Lieu", Choice((("melle", "Melle"), ("niort", "Niort"))))
    begin = LabeledField("Début", TimeField(value=time(9, 45)))
    born = LabeledField("Né le", DateField(lambda: _TODAY, value=date(1979, 3, 4)))
    wrong = LabeledField("Durée", LineField(value="quarante"), help="En minutes.")
    wrong.show_problem("Écrivez un nombre de minutes, par exemple 40.")
    chips = Chips(
        (
            ("psy", "Santé psychique"),
            ("lien", "Lien social"),
            ("mob", "Mobilité"),
            ("log", "Logement"),
            ("num", "Numérique"),
            ("enf", "Garde d’enfants"),
            ("lan", "Langue"),
            ("dro", "Accès aux droits"),
        ),
        value=("psy", "lien"),
    )
    facts = Card()
    facts.add(row(lieu, begin, born, wrong, gap=12))
    facts.add(LabeledField("Thèmes abordés", chips))
    summary = Card()
    text = "Premier entretien. Accepte un suivi mensuel à Melle ; vient en car le matin."
    summary.add(
        LabeledField("Synthèse partagée · lue par l’équipe", TextField(value=text), grows=True)
    )
    private = PrivateFrame("Note clinique · chiffrée pour vous seule, illisible par vos collègues")
    private.add(TextField(value="…", lines=4))
    choices = Card("Choix")
    choices.add(Segments("Vue", (("day", "Jour"), ("week", "Semaine")), value="week"))
    choices.add(Tick("Présent à ce rendez-vous", value=True))
    choices.add(Tick("Rappel par téléphone"))
    choices.add(LinkButton("Clé de secours papier…"))
    choices.add(DangerButton("Supprimer ce brouillon", icon_name="trash-2"))
    choices.add(Flow(IconButton("search", "Rechercher"), IconButton("x", "Fermer")))
    choices.body.addStretch(1)
    return _page(header, (column(facts, summary, private, gap=12), 3), (column(choices), 1))


def _states() -> QWidget:
    header = ScreenHeader("Yves Morisset", "Né le 4 mars 1979 · Melle")
    header.set_title("Yves Morisset", Mark("Parcours à dominante sociale", Role.PRIMARY))
    marks = Card("Positions")
    for mark in (
        Mark("Frein bloquant", Role.DANGER, Shape.SQUARE),
        Mark("Frein", Role.PENDING, Shape.TRIANGLE),
        Mark("À surveiller", Role.NEUTRAL, Shape.DIAMOND),
        Mark("Atout", Role.OK, Shape.DISC),
        Mark("Non abordé", Role.NEUTRAL, Shape.RING),
        Mark("Pour vous seule", Role.PRIVATE),
    ):
        marks.add(Pill(mark.words, mark.role, mark.shape))
    passphrase = PassphraseField()
    passphrase.line.setText("sept mots tirés au sort")
    meter = StrengthMeter()
    meter.show_strength(Strength(3, "Solide : des siècles de calcul pour la deviner."))
    secret = Card("Phrase de passe")
    secret.add(LabeledField("Phrase de passe", passphrase, help="Sept mots suffisent."))
    secret.add(meter)
    progress = ProgressCard("Import de dossiers")
    progress.show_progress(1800, 5000, "1 800 lignes lues sur 5 000.")
    figures = Card("Cette synchronisation")
    counts = (Figure("Envoyées", "43"), Figure("Reçues", "118"), Figure("Volume", "31 ko"))
    figures.add(row(*counts))
    empty = Card("Liste d’attente")
    empty.add(EmptyState("Personne n’attend sur ce lieu.", "Ajouter une personne"), 1)
    left = column(marks, figures, gap=16)
    left.addStretch(1)
    tabs = Tabs("Dossier")
    page = _page(header, (left, 1), (column(secret, progress, gap=16), 1), (column(empty), 1))
    titles = ("Résumé", "Suivis (5)", "Diagnostic", "Parcours", "Rendez-vous", "Documents")
    for title in titles:
        tabs.add(title, title, QWidget() if title != "Diagnostic" else page)
    tabs.open("Diagnostic")
    holder = QWidget()
    outer = QVBoxLayout(holder)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.addWidget(Heading("Titre de second rang", Level.HEADING))
    outer.addWidget(tabs, 1)
    return holder


_PAGES: dict[str, Callable[[], QWidget]] = {"day": _day, "form": _form, "states": _states}


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/gallery"))
