"""What stands where a colleague's words cannot be shown.

Saved back as it is, such a sentence changes nothing: the words it stands for stay where they are.
"""

NOT_YET = "Ce texte s’ouvrira quand un collègue du cercle aura synchronisé."
"""The key has not come yet."""
BROKEN = (
    "Ce texte ne s’ouvre pas\u00a0: il n’est pas tel que le cercle l’a écrit. Signalez-le à votre"
    " service informatique."
)
"""Altered, cut, or moved from another place: nobody of the circle wrote this here."""
_UNVOUCHED = "[Reçu sans la preuve que vous l’avez écrit]"
_UNSEALED = "[Reçu sans être scellé\u00a0: à vérifier auprès de son auteur]"


def unsealed(text: str) -> str:
    """Return words that came in clear, where what the circle shares comes sealed: told as such."""
    return f"{_UNSEALED} {text}"


def unvouched(text: str) -> str:
    """Return words sealed for me, which anybody who knows my public key could have sealed."""
    return f"{_UNVOUCHED} {text}"
