"""A damaged vault, said at the lock: what is known of it there, and what to do about it there."""

from desktop.ui.text import translate


def damage_words(*, after_code: bool = False, after_paper: bool = False) -> str:
    """Return what is said after a passphrase, a code or a paper key that was the right one."""
    if after_code:
        return translate(
            "Lock",
            "Le code est le bon, mais une partie du fichier de ce coffre est endommagée. Ne "
            "supprimez rien\u00a0: entrez votre phrase de passe, et Coffre propose de le réparer.",
        )
    if after_paper:
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
