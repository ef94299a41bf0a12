"""Communes as people write them, and the distances between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.config.referentials import deux_sevres_text, territories_text
from desktop.domain.names import fold
from desktop.domain.territory import (
    Commune,
    CommuneAmbiguous,
    CommuneFound,
    CommuneUnknown,
    Territory,
    commune_key,
    distance_km,
    read_territory,
)

DEUX_SEVRES = read_territory(deux_sevres_text(), territories_text())


@pytest.mark.parametrize(
    ("written", "postal_code", "name"),
    [
        ("La Crèche", "79260", "La Crèche"),
        ("CRECHE (LA)", None, "La Crèche"),
        ("Crèche, La", "79260", "La Crèche"),
        ("St Maixent l'Ecole", "79400", "Saint-Maixent-l'École"),
        ("SAINT-MAIXENT-L’ÉCOLE", None, "Saint-Maixent-l'École"),
        ("Ste Néomaye", "79260", "Sainte-Néomaye"),
        ("absie (l')", None, "L'Absie"),
        ("Coulonges s/ l'Autize", "79160", "Coulonges-sur-l'Autize"),
        ("THOUARS CEDEX", "79100", "Thouars"),
        ("Niort", " 79 000 ", "Niort"),
        ("echire", None, "Échiré"),
    ],
)
def test_a_commune_is_found_as_it_is_written(
    territory: Territory, written: str, postal_code: str | None, name: str
) -> None:
    answer = territory.find_commune(written, postal_code)
    assert isinstance(answer, CommuneFound)
    assert answer.commune.name == name


def test_a_former_commune_gives_the_one_it_belongs_to_now(territory: Territory) -> None:
    answer = territory.find_commune("Moncoutant", "79320")
    assert isinstance(answer, CommuneFound)
    assert answer.commune.name == "Moncoutant-sur-Sèvre"
    assert answer.former_name == "Moncoutant"


def test_a_postal_code_alone_never_decides(territory: Territory) -> None:
    for code in {code for commune in territory.communes for code in commune.postal_codes}:
        assert isinstance(territory.find_commune("", code), CommuneAmbiguous)


def test_an_abridged_name_or_a_slip_is_asked_about(territory: Territory) -> None:
    vernoux = territory.find_commune("Vernoux")
    assert isinstance(vernoux, CommuneAmbiguous)
    assert {c.name for c in vernoux.candidates} == {"Vernoux-en-Gâtine", "Vernoux-sur-Boutonne"}
    slip = territory.find_commune("Bresuire", "79300")
    assert isinstance(slip, CommuneAmbiguous)
    assert [c.name for c in slip.candidates] == ["Bressuire"]


def test_a_postal_code_that_contradicts_the_name_is_asked_about(territory: Territory) -> None:
    answer = territory.find_commune("Melle", "79000")
    assert isinstance(answer, CommuneAmbiguous)
    assert [c.name for c in answer.candidates] == ["Melle"]


def test_niort_of_another_departement_is_not_ours(territory: Territory) -> None:
    assert territory.find_commune("Niort", "11140") == CommuneUnknown(elsewhere=True)
    assert territory.find_commune("Paris", "75011") == CommuneUnknown(elsewhere=True)
    assert territory.find_commune("Nulle-Part", "79000") == CommuneUnknown(elsewhere=False)


def test_a_commune_is_suggested_while_it_is_typed(territory: Territory) -> None:
    assert territory.suggest("ni")[0].name == "Niort"
    assert territory.suggest("la c")[0].name == "La Crèche"
    assert [c.name for c in territory.suggest("crech")] == ["La Crèche"]
    assert territory.suggest("st maix")[0].name == "Saint-Maixent-l'École"
    assert [c.name for c in territory.suggest("oiron")] == ["Plaine-et-Vallées"]
    assert [c.name for c in territory.suggest("7900")] == ["Niort", "Bessines", "Sciecq"]
    assert territory.suggest("") == []


def test_mauleon_is_104_km_from_chef_boutonne(territory: Territory) -> None:
    mauleon, chef_boutonne = (territory.suggest(name)[0] for name in ("Mauléon", "Chef-Boutonne"))
    assert round(distance_km(mauleon, chef_boutonne)) == 104


def test_each_commune_has_an_epci_and_a_territory(territory: Territory) -> None:
    of_epci = {code: one.name for one in territory.territories for code in one.epci}
    for commune in territory.communes:
        assert territory.epci_of(commune).code == commune.epci
        assert commune.epci in of_epci
    melle = territory.suggest("melle")[0]
    assert of_epci[melle.epci] == "Haut Val de Sèvre et Mellois"


def test_no_two_communes_of_the_departement_have_the_same_key(territory: Territory) -> None:
    assert len({commune_key(c.name) for c in territory.communes}) == 252


@given(st.sampled_from(DEUX_SEVRES.communes))
def test_every_commune_is_found_in_capitals_without_accents(commune: Commune) -> None:
    shouted = fold(commune.name).upper().replace("SAINT ", "ST ")
    for code in (None, *commune.postal_codes):
        assert DEUX_SEVRES.find_commune(shouted, code) == CommuneFound(commune)


@given(st.sampled_from(DEUX_SEVRES.communes), st.sampled_from(DEUX_SEVRES.communes))
def test_it_is_as_far_to_come_back(one: Commune, other: Commune) -> None:
    assert distance_km(one, other) == pytest.approx(distance_km(other, one))
    assert distance_km(one, one) == 0


@given(st.text(max_size=60), st.none() | st.text(max_size=8))
def test_any_text_gets_an_answer(name: str, code: str | None) -> None:
    answer = DEUX_SEVRES.find_commune(name, code)
    assert isinstance(answer, CommuneFound | CommuneAmbiguous | CommuneUnknown)
    DEUX_SEVRES.suggest(name)
