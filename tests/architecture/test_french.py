"""The window speaks a French that nobody stumbles over."""

from __future__ import annotations

import pytest

from tests.architecture.french import faults_of, typographic_faults, words_of_blame
from tests.architecture.tree import Source, source, sources


def test_every_sentence_of_the_window_is_well_set() -> None:
    assert [fault for file in sources("desktop") for fault in typographic_faults(file)] == []


def test_no_string_of_the_window_speaks_of_erreur() -> None:
    assert [fault for file in _window() for fault in words_of_blame(file)] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "L'adresse",
        "Quitter ?",
        "Attention !",
        "Lieu : Melle",
        "Lieu:",
        "Vraiment?",
        "« Reprendre »",
        "«Reprendre»",
        "Envoi...",
        'Le mot "coffre"',
    ],
)
def test_a_badly_set_sentence_is_found(sentence: str) -> None:
    assert faults_of(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "L’adresse",
        "Quitter\u00a0?",
        "Lieu\u00a0: Melle",
        "«\u00a0Reprendre\u00a0»",
        "de 09:40 à 10:15",
        "https://coffre.exemple.fr/",
        "Envoi…",
        "{0}\u00a0: {1}",
    ],
)
def test_a_well_set_sentence_passes(sentence: str) -> None:
    assert faults_of(sentence) == []


def test_sentences_are_looked_for_where_the_window_takes_them() -> None:
    code = """
self.tr("L'un")
translate("Sync", "L'autre", "", n)
self.tr(f"Bonjour {name}")
path = "l'ailleurs"
"""
    found = list(typographic_faults(source("desktop/ui/sample.py", code)))
    assert [fault.split(":")[1] for fault in found] == ["2", "3", "4"]


def test_blame_is_found_in_strings_and_left_to_docstrings() -> None:
    code = '"""Why we never write erreur."""\nlabel = "Une erreur est survenue"\n'
    found = list(words_of_blame(source("desktop/ui/sample.py", code)))
    assert [fault.split(":")[1] for fault in found] == ["2"]


def _window() -> list[Source]:
    return [file for file in sources("desktop") if file.path.startswith("desktop/ui/")]
