"""What is mistyped at a terminal is answered in French, whichever side the command is of."""

import os
import subprocess
import sys

import pytest

from protocol.command_line import french

_ENGLISH = {"error", "argument", "arguments", "required", "usage:", "choose", "choice"}


def test_what_argparse_says_one_day_is_not_shown_in_english() -> None:
    assert french("argument X: something nobody foresaw") == "la commande n’a pas été comprise"


@pytest.mark.parametrize(
    ("program", "words", "sentence"),
    [
        ("desktop", ["--dossier"], "coffre\u00a0: n’existe pas\u00a0: --dossier."),
        ("desktop", ["--home"], "coffre\u00a0: --home\u00a0: il manque ce qui suit."),
        ("desktop.escrow", [], "coffre-sequestre\u00a0: il manque\u00a0: COMMANDE."),
        (
            "desktop.escrow",
            ["ouvrir", "x"],
            "coffre-sequestre ouvrir\u00a0: il manque\u00a0: --vers.",
        ),
    ],
)
def test_a_laptops_command_mistyped_is_answered_in_french(
    program: str, words: list[str], sentence: str
) -> None:
    answered = subprocess.run(
        [sys.executable, "-m", program, *words],
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert (answered.returncode, answered.stdout) == (2, "")
    assert answered.stderr.splitlines()[-1] == sentence
    assert not _ENGLISH & set(answered.stderr.split()[1:])
