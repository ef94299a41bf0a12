"""A laptop whose clock is years off crosses its colleagues' edits like any other."""

from dataclasses import replace

import pytest

from tests.server.samples import edit, member, person
from tests.support.raw_device import Op, RawDevice, now_hlc


@pytest.mark.invariant(21)
@pytest.mark.parametrize("wrong", [2**62, 2**57], ids=["no date", "in 2039"])
def test_what_was_typed_in_2036_does_not_win_over_what_crosses_it_later(
    claire: RawDevice, mehdi: RawDevice, wrong: int
) -> None:
    dossier = person(claire)
    claire.push(dossier, member(claire, dossier.rid, mehdi.professional))
    mehdi.pull()
    claire.push(Op("person", dossier.rid, {"phone1": "2036"}, hlc=wrong))
    crossing = edit(dossier, mehdi.cursor, phone1="2026")
    reply = mehdi.push(replace(crossing, hlc=now_hlc(later_ms=1_000)))
    assert reply.results == []  # his stands: nobody is told that it lost
    claire.pull()
    assert claire.seen["person", dossier.rid]["phone1"] == "2026"
    (kept,) = [record for (kind, _), record in claire.seen.items() if kind == "conflict"]
    assert "2036" in kept["lost"]
