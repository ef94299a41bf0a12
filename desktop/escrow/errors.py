"""What stops a ceremony, in one sentence to those who hold it."""

from desktop.crypto.errors import ShareProblem, WrongShare


class CeremonyRefused(Exception):
    """The ceremony stops here, and nothing was written."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def share_sentence(wrong: WrongShare) -> str:
    """Return what is wrong with a share, or with two."""
    if wrong.problem is ShareProblem.UNKNOWN_WORD:
        return f"Le mot n° {wrong.position} n’est pas dans la liste : relisez-le."
    return _SENTENCES[wrong.problem]


_SENTENCES = {
    ShareProblem.WORD_COUNT: "Une part compte vingt-six mots : il en manque, ou il y en a trop.",
    ShareProblem.CHECKSUM: "Ces mots ne vont pas ensemble : un mot a été pris pour un autre.",
    ShareProblem.SAME_SHARE: "C’est deux fois la même part : il faut celle d’un autre détenteur.",
    ShareProblem.OTHER_SPLIT: "Ces deux parts n’ont pas été faites le même jour : elles ne vont "
    "pas ensemble.",
    ShareProblem.NOT_A_KEY: "Ces deux parts ne font pas une clé.",
}
