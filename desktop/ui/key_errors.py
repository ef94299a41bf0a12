"""What is said of keys that do not do what was hoped: papers, shares, pairings, colleagues."""

from desktop.ui.text import translate

Pair = tuple[str, str]


def paper_problem(problem: str, position: int | None) -> Pair:
    """Return what to tell of the words of a paper key."""
    if position is not None:
        return _unlisted(
            position, translate("Problems", "Relisez-le sur le papier, lettre par lettre.")
        )
    pairs = {
        "WORD_COUNT": (
            translate("Problems", "Il faut vingt-quatre mots."),
            translate("Problems", "Comptez-les\u00a0: il en manque, ou il y en a de trop."),
        ),
        "ANOTHER_KEY": (
            translate("Problems", "Cette clé de secours est celle d’un autre coffre."),
            translate("Problems", "Cherchez le papier le plus récent, l’ancien n’ouvre plus."),
        ),
    }
    return pairs.get(problem) or _disordered(
        translate("Problems", "Les vingt-quatre mots ne vont pas ensemble.")
    )


def share_problem(problem: str, position: int | None) -> Pair:
    """Return what to tell of the words of a share."""
    if position is not None:
        return _unlisted(
            position, translate("Problems", "Relisez-le sur la part, lettre par lettre.")
        )
    pairs = {
        "WORD_COUNT": (
            translate("Problems", "Une part a vingt-six mots."),
            translate("Problems", "Comptez-les\u00a0: il en manque, ou il y en a de trop."),
        ),
        "SAME_SHARE": (
            translate("Problems", "C’est deux fois la même part."),
            translate("Problems", "Il en faut deux différentes."),
        ),
        "OTHER_SPLIT": (
            translate("Problems", "Ces deux parts n’ont pas été faites ensemble."),
            translate(
                "Problems", "L’une vient d’un ancien partage\u00a0: cherchez la plus récente."
            ),
        ),
        "NOT_A_KEY": (
            translate("Problems", "Ces deux parts ne font pas une clé."),
            translate("Problems", "Relisez-les mot à mot."),
        ),
    }
    return pairs.get(problem) or _disordered(
        translate("Problems", "Les mots de cette part ne vont pas ensemble.")
    )


def pairing_problem() -> Pair:
    """Return what to tell when another laptop is not what it says."""
    return (
        translate(
            "Problems", "L’autre ordinateur n’a pas répondu comme prévu\u00a0: rien n’est repris."
        ),
        translate(
            "Problems", "Recommencez depuis l’autre ordinateur, avec une nouvelle invitation."
        ),
    )


def identity_problem(*, is_known: bool) -> Pair:
    """Return what to tell when nothing can be sealed for a colleague."""
    if is_known:
        return (
            translate(
                "Problems", "Les clés de cette personne ont changé\u00a0: rien ne lui est confié."
            ),
            translate(
                "Problems",
                "Comparez vos mots avec elle\u00a0: Réglages, «\u00a0Vérifier avec un "
                "collègue\u00a0».",
            ),
        )
    return (
        translate("Problems", "Cette personne n’a pas encore d’ordinateur avec Coffre."),
        translate("Problems", "Attendez son inscription, puis recommencez."),
    )


def _unlisted(position: int, remedy: str) -> Pair:
    words = translate("Problems", "Le mot n°\u00a0{0} n’est pas dans la liste des mots possibles.")
    return words.format(position), remedy


def _disordered(text: str) -> Pair:
    return (
        text,
        translate(
            "Problems", "Relisez leur ordre\u00a0: deux sont échangés, ou l’un est un autre."
        ),
    )


def wrong_code(left: int) -> Pair:
    """Return what to tell of a short code that is another one."""
    return (
        translate("Problems", "Ce n’est pas le bon code."),
        translate("Problems", "Il reste %n essai(s) avant la phrase de passe.", "", left),
    )


def code_over() -> Pair:
    """Return what to tell when no code opens any more; the same words whatever the reason."""
    return (
        translate("Problems", "Le code court n’ouvre plus."),
        translate("Problems", "Entrez votre phrase de passe."),
    )


def code_not_allowed() -> Pair:
    """Return what to tell when the Département has just withdrawn short codes."""
    return (
        translate("Problems", "Le Département ne permet pas de code court."),
        translate("Problems", "Votre phrase de passe ouvre le coffre, comme toujours."),
    )


def keyring_silent() -> Pair:
    """Return what to tell when the system's keyring does not answer."""
    return (
        translate("Problems", "Le trousseau de cet ordinateur ne répond pas."),
        translate("Problems", "Ouvrez avec votre phrase de passe."),
    )


def code_problem(problem: str) -> Pair:
    """Return what to tell of a short code that Coffre does not take."""
    another = translate("Problems", "Choisissez-en un autre.")
    pairs = {
        "TOO_SHORT": (
            translate("Problems", "Ce code est trop court."),
            translate("Problems", "Il faut six chiffres au moins, ou deux mots."),
        ),
        "TOO_LONG": (
            translate("Problems", "Ce code est trop long."),
            translate("Problems", "Gardez soixante-quatre signes au plus."),
        ),
        "IN_PHRASE": (
            translate("Problems", "Ce code est un morceau de votre phrase de passe."),
            another,
        ),
    }
    return pairs.get(problem) or (
        translate(
            "Problems",
            "Ce code se devine trop vite\u00a0: une date, une suite, un mot seul, des chiffres "
            "répétés.",
        ),
        another,
    )
