"""A damaged vault, said at the lock: what is known of it there, and what to do about it there."""

from desktop.ui.lock.viewmodel import Page
from desktop.ui.text import translate


def damage_words(tried: Page) -> str:
    """Return what is said after the way in that was tried, which was the right one."""
    if tried is Page.CODE:
        return translate(
            "Lock",
            "Le code est le bon, mais une partie du fichier de ce coffre est endommagée. Ne "
            "supprimez rien\u00a0: entrez votre phrase de passe, et Coffre propose de le réparer.",
        )
    if tried is Page.PAPER:
        return translate(
            "Lock",
            "La nouvelle phrase de passe est prise, mais une partie du fichier de ce coffre est "
            "endommagée. Ne supprimez rien\u00a0: entrez-la ici, et Coffre propose de le réparer.",
        )
    return translate(
        "Lock",
        "La phrase de passe est la bonne, mais une partie du fichier de ce coffre est "
        "endommagée. Ne supprimez rien\u00a0: «\u00a0Réparer le coffre…\u00a0» relit ce qui peut "
        "l’être.",
    )
