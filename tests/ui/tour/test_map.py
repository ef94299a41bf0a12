"""The map is really painted, and no name lies over another."""

import re
from collections.abc import Callable
from itertools import combinations

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from desktop.app.session import read_packaged
from desktop.domain.agenda import Point
from desktop.domain.contours import on_plane
from desktop.services.tours import MapPlace, Tour, TourMap
from desktop.ui.theme import DARK, LIGHT, Mode, Theme, Tokens
from desktop.ui.tour.labels import Label
from desktop.ui.tour.map_picture import MapPicture, Marker, markers_of
from desktop.ui.tour.map_view import MapView
from desktop.ui.tour.words import commune_words, map_said
from tests.support.laptop import MELLE, Desk
from tests.support.road import a_day_on_the_road

Wear = Callable[..., Theme]
ROOM = QRectF(0, 0, 420, 620)


@pytest.fixture
def outlines(desk: Desk) -> TourMap:
    return desk.tours.outlines()


@pytest.fixture
def tour(desk: Desk) -> Tour:
    a_day_on_the_road(desk)
    return desk.tours.read()


def painted(picture: MapPicture, tokens: Tokens) -> QImage:
    image = QImage(420, 620, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(tokens.surface))
    painter = QPainter(image)
    picture.paint_ground(painter, ROOM, tokens)
    painter.end()
    return image


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_each_epci_wears_its_own_tint(outlines: TourMap, theme: Theme, tokens: Tokens) -> None:
    image = painted(MapPicture(outlines), tokens)
    seen = {
        image.pixelColor(x, y).name().upper() for x in range(0, 420, 4) for y in range(0, 620, 4)
    }
    assert set(tokens.map_tints) <= seen
    assert tokens.surface in seen  # around the Département


def test_each_commune_is_under_the_point_of_its_town_hall(outlines: TourMap) -> None:
    picture = MapPicture(outlines)
    place = picture.transform(ROOM)
    for commune in read_packaged().communes:
        spot = place.map(QPointF(*on_plane(commune.longitude, commune.latitude)))
        assert ROOM.contains(spot)
        assert picture.commune_at(spot, ROOM) == commune.code


def test_the_sea_is_no_commune(outlines: TourMap) -> None:
    assert MapPicture(outlines).commune_at(QPointF(1, 610), ROOM) is None


def test_names_lie_neither_over_one_another_nor_over_a_dot(
    desk: Desk, outlines: TourMap, tour: Tour, theme: Theme
) -> None:
    picture, markers, labels = _labelled(desk, outlines, tour, LIGHT)

    assert {label.text for label in labels} == {marker.name for marker in markers}
    assert len(labels) == 12  # eleven lieux and the office
    assert all(ROOM.contains(label.box) for label in labels)
    assert not any(one.box.intersects(other.box) for one, other in combinations(labels, 2))
    for marker in markers:
        dot = _dot(picture, marker)
        assert not any(label.box.contains(dot) for label in labels)


def test_with_large_letters_names_of_the_day_come_before_the_others(
    desk: Desk, outlines: TourMap, tour: Tour, wear: Wear
) -> None:
    tokens = wear(scale=200).tokens
    _, _, labels = _labelled(desk, outlines, tour, tokens)
    assert {"Melle (CSC)", "Chef-Boutonne (mairie)", "Niort"} <= {label.text for label in labels}
    assert not any(one.box.intersects(other.box) for one, other in combinations(labels, 2))


def test_the_lieux_of_the_day_stand_out(desk: Desk, tour: Tour) -> None:
    markers = markers_of(desk.tours.map_places(), tour.stops)
    of_the_day = {marker.name for marker in markers if marker.is_of_the_day}
    assert of_the_day == {"Melle (CSC)", "Chef-Boutonne (mairie)", "Niort"}


def test_lieux_at_one_place_share_a_dot_and_the_name_of_the_commune() -> None:
    here, there = Point(46.3, -0.4), Point(46.2, -0.1)
    places = [
        MapPlace("1", "Niort (CSC)", "Niort", here),
        MapPlace("2", "Niort (CCAS)", "Niort", here),
        MapPlace("3", "Melle (CSC)", "Melle", there),
    ]
    assert [marker.name for marker in markers_of(places, ())] == ["Niort", "Melle (CSC)"]


def test_the_day_is_drawn_over_the_map(
    desk: Desk, outlines: TourMap, tour: Tour, theme: Theme, qtbot: QtBot
) -> None:
    view = MapView()
    qtbot.addWidget(view)
    view.resize(440, 640)
    view.show_outlines(outlines)
    before = view.grab().toImage()
    view.show_day(desk.tours.map_places(), tour.stops, map_said(tour))
    after = view.grab().toImage()

    pending = QColor(LIGHT.pending)
    assert _count(before, pending) == 0
    assert _count(after, pending) > 50
    assert _count(after, QColor(LIGHT.primary)) > 200
    assert "Niort, Melle (CSC), Chef-Boutonne (mairie), Niort" in view.accessibleDescription()
    assert re.search(r"environ \d+\u00a0km", view.accessibleDescription())


def test_another_theme_paints_the_map_anew(outlines: TourMap, wear: Wear, qtbot: QtBot) -> None:
    theme = wear()
    view = MapView()
    qtbot.addWidget(view)
    view.resize(300, 440)
    view.show_outlines(outlines)
    light = view.grab().toImage()
    theme.choose_mode(Mode.DARK)
    dark = view.grab().toImage()
    assert _count(light, QColor(LIGHT.map_tints[0])) > 100
    assert _count(dark, QColor(DARK.map_tints[0])) > 100
    assert _count(dark, QColor(LIGHT.map_tints[0])) == 0


def test_a_commune_is_named_with_its_epci(outlines: TourMap) -> None:
    assert commune_words(outlines, MELLE) == "Melle · CC Mellois en Poitou"


def _labelled(
    desk: Desk, outlines: TourMap, tour: Tour, tokens: Tokens
) -> tuple[MapPicture, list[Marker], list[Label]]:
    picture = MapPicture(outlines)
    markers = markers_of(desk.tours.map_places(), tour.stops)
    road = [stop.point for stop in tour.stops if stop.point is not None]
    return picture, markers, picture.labels(ROOM, tokens, markers, road)


def _dot(picture: MapPicture, marker: Marker) -> QPointF:
    spot = on_plane(marker.point.longitude, marker.point.latitude)
    return picture.transform(ROOM).map(QPointF(*spot))


def _count(image: QImage, colour: QColor) -> int:
    return sum(
        image.pixel(x, y) == colour.rgb()
        for x in range(image.width())
        for y in range(image.height())
    )
