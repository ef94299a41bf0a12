"""What left the vault in clear is written down, and names nobody."""

from desktop.services.outings import KEPT_DAYS, MOST, Outings, Way
from tests.support.laptop import Desk


def test_a_sheet_that_was_printed_is_found_again_newest_first(claire: Desk) -> None:
    outings = Outings(claire.store, claire.clock)
    outings.note(Way.SAVED, "agenda")
    claire.clock.advance(minutes=3)
    outings.note(Way.PRINTED, "tour")
    assert [(one.way, one.page) for one in outings.latest()] == [
        (Way.PRINTED, "tour"),
        (Way.SAVED, "agenda"),
    ]
    assert outings.latest()[0].at == claire.clock.now()


def test_the_oldest_go(claire: Desk) -> None:
    outings = Outings(claire.store, claire.clock)
    for _ in range(MOST + 2):
        outings.note(Way.PRINTED, "tour")
    assert len(outings.latest()) == MOST
    claire.clock.advance(days=KEPT_DAYS + 1)
    outings.note(Way.SAVED, "agenda")
    assert [one.page for one in outings.latest()] == ["agenda"]
