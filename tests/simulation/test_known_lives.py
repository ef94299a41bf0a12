"""Lives that once ended badly, as short as was found: what was mended stays mended."""

import pytest

from tests.simulation.seeds import run_life
from tests.simulation.town import Town

_ENDED_BADLY = {
    "what nobody brought back waited for the next synchronisation": (20261143, (1, 17, 37, 38, 40)),
    "what was sent again was replayed over what a colleague wrote since": (
        500185,
        (10, 20, 21, 23, 25, 27, 28, 30, 33, 34, 35, 47, 49, 50, 51),
    ),
    "who left, and ended each place that she knew of, wrote unknown to somebody just welcomed": (
        942112,
        (40, 41, 43, 57, 60, 66, 68, 70, 75, 76),
    ),
    "whom a colleague took for gone reads on for a month, and her last words were sealed": (
        931777,
        (12, 20, 28, 34, 54, 55, 57, 60, 69),
    ),
    "what who left last wrote late was asked of those who have no place there": (
        701882,
        (4, 12, 13, 14, 15, 36, 37, 38, 41),
    ),
    "whoever left one of two joined dossiers was thought to be still in the other": (
        702468,
        (13, 35, 58, 60, 99),
    ),
    "a merge that the office knew was thought undone by an old disk": (
        702468,
        (13, 23, 24, 35, 60, 91, 92, 93),
    ),
    "a merge had moved words into a dossier that everybody left": (500168, (25, 37, 39, 46)),
    "two made each other leave, and the last words of one were sealed without the other": (
        820338,
        (36, 37, 48, 80, 88, 89, 91, 98),
    ),
    "a merge that the office never heard of went with its laptop": (821526, (7, 36, 39, 44)),
    "a conflict that a restored office forgot went with its laptop": (830148, (37, 67, 75, 81, 96)),
    "a conflict that a restored office forgot went with its disk": (870241, (9, 21, 47, 56, 59)),
    "a day on which two disagreed was taken for a text": (840064, (37, 47, 48, 65, 66)),
    "a note went with the disk while one of the same meeting waited": (704782, (16, 17, 62, 67)),
    "a word given up by a colleague had been put back on a disk that went": (
        700014,
        (22, 38, 51, 52, 55, 58, 65, 70, 82),
    ),
    "a word that nobody knew any more passed for another that it was one letter from": (
        942554,
        (12, 14, 15, 16, 19, 24, 29, 30, 65, 68, 73),
    ),
    "what was sent again was put over what a colleague had written since": (
        972059,
        (9, 14, 58, 59, 71, 77, 97),
    ),
    "a text was rewritten where the office gave nothing to read": (
        961571,
        (56, 61, 69, 71, 84, 88, 90, 92, 95),
    ),
    "somebody seen to leave was thought to be back because the office said so": (
        962814,
        (3, 23, 24, 25, 26, 27, 34, 39, 49, 50, 70, 71, 82),
    ),
    "what a merge had taken out of a dossier was refused, and went with the disk": (
        980900,
        (8, 18, 30, 35, 40, 43, 44, 51, 52),
    ),
    "what had been refused of a record went as something else of it was taken late": (
        991020,
        (1, 17, 26, 29, 30, 32, 39, 40, 49, 52, 56, 66, 76, 79, 83, 84, 86, 87),
    ),
    "who corrected what a page had just brought lost to a clock that was ahead": (
        1100185,
        (4, 33, 36, 37, 39, 40, 67, 69, 76, 78, 85, 87),
    ),
    "a dossier was said to be that of somebody who had been erased": (1100084, (96, 97, 98)),
    "a key was given in answer to the last who came home": (706070, (52, 73, 79, 80, 98, 100)),
    "a laptop told at last that a dossier leaves offered what it alone held": (
        704609,
        (65, 74, 87, 91, 100),
    ),
    "what was typed on an old disk was taken for what the office had been sent before it erased": (
        1000665,
        (1, 2, 4, 14),
    ),
    "a merge into somebody erased was taken, and kept what stood in her dossier": (
        1000164,
        (32, 42, 43, 64, 71),
    ),
    "somebody erased stayed with whom a restored office did not know to have been welcomed": (
        1001332,
        (33, 37, 38, 44, 45, 58),
    ),
    "a refused merge stayed after both dossiers, one having left and the other been erased": (
        1004008,
        (2, 3, 16, 18, 27, 28, 29, 31),
    ),
    "who went on with a reading was not told who was erased, and said she had heard": (
        1007299,
        tuple(range(1, 101)),
    ),
}


@pytest.mark.parametrize("why", _ENDED_BADLY)
def test_a_life_that_ended_badly_ends_well(town: Town, why: str) -> None:
    seed, steps = _ENDED_BADLY[why]
    run_life(town, seed, steps)
