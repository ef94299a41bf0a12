"""Which commune a point is in, and whose border is whose."""

from desktop.domain.contours import Contours

WALL = ((1.0, 0.0), (1.0, 1.0))
WEST = ((1.0, 1.0), (0.0, 1.0), (0.0, 0.0), (1.0, 0.0))
EAST = ((1.0, 1.0), (2.0, 1.0), (2.0, 0.0), (1.0, 0.0))
TWO = Contours((WALL, WEST, EAST), {"west": ((0, 1),), "east": ((2, 0),)})


def test_neighbours_walk_the_same_wall() -> None:
    assert TWO.outline("west")[0][0] == TWO.outline("west")[0][-1] == (1.0, 0.0)
    assert set(WALL) <= set(TWO.outline("east")[0])
    assert TWO.sides() == [("west", "east"), ("west",), ("east",)]


def test_a_point_is_in_one_commune_or_in_none() -> None:
    assert TWO.commune_at(0.5, 0.5) == "west"
    assert TWO.commune_at(1.5, 0.5) == "east"
    assert TWO.commune_at(2.5, 0.5) is None
    assert TWO.commune_at(0.5, -0.1) is None


def test_a_hole_is_outside() -> None:
    hole = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2))
    ring = Contours((WALL, WEST, hole), {"west": ((0, 1), (2,)), "inside": ((~2,),)})
    assert ring.commune_at(0.5, 0.5) == "inside"
    assert ring.commune_at(0.1, 0.1) == "west"


def test_an_unknown_commune_has_no_outline() -> None:
    assert TWO.outline("north") == ()
