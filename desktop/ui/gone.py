"""What is said of a draft whose dossier has left this laptop: her words stay until she is done."""

from desktop.ui.text import translate


def gone_name() -> str:
    """Return what stands where the name was."""
    return translate("Gone", "dossier parti")


def gone_words() -> str:
    """Return what happened, and what to do with what was typed."""
    return translate(
        "Gone",
        "Ce dossier n’est plus sur ce poste\u00a0: il a été retiré, ou vous n’êtes plus dans "
        "l’équipe de cette personne. Copiez ce qui compte\u00a0: le bureau peut refuser ce que "
        "vous y écrivez.",
    )


def throw_away_words() -> str:
    """Return what the button says."""
    return translate("Gone", "Jeter ce brouillon")
