"""What is said of a draft whose dossier has left this laptop: her words stay until she is done."""

from desktop.ui.text import translate


def gone_name() -> str:
    """Return what stands where the name was."""
    return translate("Gone", "dossier parti")


def gone_words(*, is_sent: bool = False) -> str:
    """Return what happened, and what to do with what was typed.

    ``is_sent``: it may still be finished, and leaves then; the office keeps or refuses it.
    """
    what_happened = translate(
        "Gone",
        "Ce dossier n’est plus sur ce poste\u00a0: il a été retiré, ou vous n’êtes plus dans "
        "l’équipe de cette personne.",
    )
    if is_sent:
        to_do = translate(
            "Gone",
            "Copiez ce qui compte\u00a0: le bureau peut refuser ce que vous y écrivez.",
        )
    else:
        to_do = translate(
            "Gone", "Copiez ce qui compte\u00a0: rien ne peut plus y être enregistré."
        )
    return f"{what_happened} {to_do}"


def throw_away_words() -> str:
    """Return what the button says."""
    return translate("Gone", "Jeter ce brouillon")
