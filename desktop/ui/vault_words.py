"""What happened to the vault, in words: what a repair could not read, what was put back."""

from datetime import datetime

from desktop.config.clock import paris
from desktop.services.vault_access import Missing
from desktop.services.vault_keeping import PutBack, VaultNews, Witness
from desktop.ui.text import clock, day_long, number, translate
from protocol.kinds import KINDS


def missing_words(missing: Missing) -> tuple[str, ...]:
    """Return what is missing, a line each: first what nobody else has."""
    if missing.is_nothing:
        return (translate("Vault", "Tout a pu être relu\u00a0: rien ne manque."),)
    lines = []
    if missing.copied_at is not None:
        lines.append(
            translate(
                "Vault",
                "Rien ne se lisait plus dans le fichier de ce coffre\u00a0: il repart de la "
                "sauvegarde du {0}. Ce qui a été saisi depuis et n’a pas été envoyé manque.",
            ).format(_moment(missing.copied_at))
        )
    if missing.had_former_tables:
        lines.append(
            translate(
                "Vault",
                "Une ancienne liste de ce que contient le coffre avait été remise à côté de lui"
                "\u00a0: prévenez l’informatique, et relisez vos derniers suivis après la "
                "synchronisation.",
            )
        )
    if missing.unsent:
        lines.append(
            translate(
                "Vault",
                "Modifications jamais envoyées et perdues\u00a0: {0}. Relisez vos derniers suivis.",
            ).format(number(missing.unsent))
        )
    for kind, count in sorted(missing.records.items(), key=lambda it: -it[1]):
        lines.append(
            translate("Vault", "{0}\u00a0: {1} à relire auprès du bureau.").format(
                KINDS[kind].label, number(count)
            )
        )
    if not missing.is_exact:
        lines.append(
            translate(
                "Vault",
                "Il en manque peut-être d’autres\u00a0: après la synchronisation, relisez vos "
                "derniers suivis.",
            )
        )
    if not missing.knows_itself:
        lines.append(
            translate(
                "Vault",
                "Ce poste ne sait plus s’annoncer au bureau\u00a0: demandez une nouvelle "
                "invitation à l’informatique.",
            )
        )
    lines.append(
        translate(
            "Vault",
            "Ce que le bureau en a revient à la prochaine synchronisation\u00a0; le fichier "
            "endommagé est gardé jusque-là.",
        )
    )
    return tuple(lines)


def news_words(news: VaultNews) -> str:
    """Return what stands above every page until it is read; nothing when there is no news."""
    said = []
    if news.put_back is not None:
        said.append(_put_back(news.put_back))
    if news.missing is not None and not news.missing.is_nothing:
        said.append(translate("Vault", "Le coffre a été réparé."))
        said += missing_words(news.missing)
    return " ".join(said)


def nothing_read_words() -> str:
    """Return what is said when neither the file nor any copy of it gives anything."""
    return translate(
        "Vault",
        "Rien n’a pu être relu, ni dans ce fichier ni dans les sauvegardes de ce poste\u00a0: rien "
        "n’a été changé. Ne supprimez rien et prévenez l’informatique\u00a0: un coffre exporté se "
        "reprend sur un autre poste, et ce que le bureau a revient sur tout poste inscrit.",
    )


def damaged_words() -> str:
    """Return what is said when pages of the file turn out to be damaged."""
    return translate(
        "Vault",
        "Une partie du fichier de ce coffre est endommagée. Ce qui s’ouvre reste juste. "
        "Verrouillez pour réparer\u00a0: Coffre relit tout ce qui peut l’être et redemande le "
        "reste au bureau.",
    )


def _put_back(found: PutBack) -> str:
    if found.witness is Witness.NOBODY:
        return translate(
            "Vault",
            "Le repère qui prouve que ce coffre est complet a disparu. Rien ne dit que quelque "
            "chose manque\u00a0: la prochaine synchronisation compare tout avec le bureau.",
        )
    back = translate(
        "Vault",
        "Ce que le bureau en a revient à la prochaine synchronisation\u00a0; vérifiez le reste, et "
        "prévenez l’informatique.",
    )
    if found.witness is Witness.FILE:
        file = translate(
            "Vault",
            "Le fichier de ce coffre a changé pendant que Coffre était fermé\u00a0: une sauvegarde "
            "ou une réparation du disque l’a peut-être remplacé en partie.",
        )
        return f"{file} {back}"
    if found.witness is Witness.OFFICE:
        office = translate(
            "Vault",
            "Le bureau a reçu de ce poste des envois que son coffre ne connaît plus\u00a0: une "
            "copie plus ancienne a été remise en place, ou une copie de ce poste a servi ailleurs.",
        )
        return f"{office} {back}"
    if found.since is None or found.until is None:
        undated = translate(
            "Vault",
            "Ce coffre s’est rouvert plus ancien qu’il n’était\u00a0: il y manque des saisies.",
        )
        return f"{undated} {back}"
    dated = translate(
        "Vault",
        "Ce coffre s’est rouvert plus ancien qu’il n’était\u00a0: des saisies faites entre le {0} "
        "et le {1} peuvent manquer.",
    ).format(_moment(found.since), _moment(found.until))
    return f"{dated} {back}"


def _moment(at: datetime) -> str:
    local = paris(at)
    return translate("Vault", "{0} à {1}").format(day_long(local.date()), clock(local))
