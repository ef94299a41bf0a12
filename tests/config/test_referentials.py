"""The packaged reference data hold together, and with the figures that are published."""

import json

from desktop.config.referentials import deux_sevres_text, territories_text
from desktop.domain.territory import distance_km, read_territories, read_territory


def test_the_252_communes_of_the_departement_are_packaged() -> None:
    territory = read_territory(deux_sevres_text(), territories_text())
    assert len(territory.communes) == 252
    assert sum(commune.population for commune in territory.communes) == 375_229
    codes = {code for commune in territory.communes for code in commune.postal_codes}
    assert len(codes) == 42


def test_every_commune_stands_in_the_departement() -> None:
    for commune in read_territory(deux_sevres_text(), territories_text()).communes:
        assert 45.9 < commune.latitude < 47.2
        assert -1.0 < commune.longitude < 0.25
        assert commune.code.startswith("79")


def test_each_of_the_8_epci_has_the_published_number_of_communes() -> None:
    territory = read_territory(deux_sevres_text(), territories_text())
    counted = {
        epci.name: sum(commune.epci == epci.code for commune in territory.communes)
        for epci in territory.epci
    }
    assert counted == {
        "CA du Niortais": 40,
        "CA du Bocage Bressuirais": 33,
        "CC Mellois en Poitou": 58,
        "CC de Parthenay-Gâtine": 38,
        "CC du Thouarsais": 24,
        "CC Haut Val de Sèvre": 19,
        "CC Val de Gâtine": 31,
        "CC Airvaudais-Val du Thouet": 9,
    }


def test_the_table_of_territories_holds_each_epci_exactly_once() -> None:
    territories = read_territories(territories_text())
    listed = [code for territory in territories for code in territory.epci]
    packaged = [entry["code"] for entry in json.loads(deux_sevres_text())["epci"]]
    assert sorted(listed) == sorted(packaged)
    assert len(territories) == 5


def test_the_territory_of_parthenay_is_said_to_be_inferred() -> None:
    inferred = [t.name for t in read_territories(territories_text()) if t.inferred]
    assert inferred == ["Parthenay"]


def test_a_former_commune_belongs_to_a_commune_of_today() -> None:
    packaged = json.loads(deux_sevres_text())
    today = {entry["code"] for entry in packaged["communes"]}
    assert {entry["commune"] for entry in packaged["former_communes"]} <= today
    assert len(packaged["former_communes"]) == 82


def test_no_commune_was_placed_far_from_its_neighbours() -> None:
    territory = read_territory(deux_sevres_text(), territories_text())
    for commune in territory.communes:
        nearest = min(distance_km(commune, c) for c in territory.communes if c is not commune)
        assert nearest < 9, commune.name
