"""The words of the trade, as people type them: with or without accents, of either gender."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from protocol.kinds import Code
from protocol.kinds.people import Job

C = TypeVar("C", bound=Code)

_TRADES: Mapping[str, Job] = MappingProxyType(
    {
        "psychologue": Job.PSYCHOLOGIST,
        "psychologue clinicien": Job.PSYCHOLOGIST,
        "psychologue clinicienne": Job.PSYCHOLOGIST,
        "infirmier": Job.NURSE,
        "infirmiere": Job.NURSE,
        "infirmier mobile": Job.NURSE,
        "infirmiere mobile": Job.NURSE,
        "ide": Job.NURSE,
        "conseiller mobilite": Job.MOBILITY_ADVISOR,
        "conseillere mobilite": Job.MOBILITY_ADVISOR,
        "conseiller en mobilite": Job.MOBILITY_ADVISOR,
        "conseillere en mobilite": Job.MOBILITY_ADVISOR,
        "referent": Job.REFERENT,
        "referente": Job.REFERENT,
        "referent unique": Job.REFERENT,
        "referente unique": Job.REFERENT,
        "referent aspir": Job.ASPIR_REFERENT,
        "referente aspir": Job.ASPIR_REFERENT,
        "travailleur social": Job.SOCIAL_WORKER,
        "travailleuse sociale": Job.SOCIAL_WORKER,
        "assistant social": Job.SOCIAL_WORKER,
        "assistante sociale": Job.SOCIAL_WORKER,
        "assistant de service social": Job.SOCIAL_WORKER,
        "assistante de service social": Job.SOCIAL_WORKER,
        "chef de bureau": Job.INSERTION_HEAD,
        "cheffe de bureau": Job.INSERTION_HEAD,
        "chef de bureau insertion": Job.INSERTION_HEAD,
        "cheffe de bureau insertion": Job.INSERTION_HEAD,
        "animateur": Job.ANIMATOR,
        "animatrice": Job.ANIMATOR,
        "animateur pti": Job.ANIMATOR,
        "animatrice pti": Job.ANIMATOR,
        "administrateur": Job.ADMIN,
        "administratrice": Job.ADMIN,
    }
)
_BOTH = re.compile(r"(?<=\w)\s*[·•.(/-]\s*(?:e|ne|se|fe|ere|iere|rice|trice|euse)\)?(?=\s|$)")
"""« infirmier·ère », « infirmier(ère) », « travailleur/euse »: what says the other gender."""


def plain(text: str) -> str:
    """Return a text without accents, case or odd spaces, to compare what people type."""
    return _folded(text.replace("·", ""))


def named(codes: type[C], text: str) -> C | None:
    """Return the code that somebody wrote as such, or as it is shown."""
    wanted = plain(text)
    return next((code for code in codes if wanted in (plain(code), plain(code.label))), None)


def trade(text: str) -> Job | None:
    """Return the job somebody wrote, in whichever of its usual words."""
    return named(Job, text) or _TRADES.get(_BOTH.sub("", _folded(text)))


def choices(codes: type[Code]) -> str:
    """Return the words that may be written, as they are shown."""
    return ", ".join(code.label for code in codes)


def not_known(what: str, text: str, codes: type[Code]) -> str:
    """Return the sentence that refuses a word and says which ones there are."""
    return f"{what} « {text} » n’est pas connu ; au choix : {choices(codes)}"


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.replace("’", "'"))
    kept = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join(kept.replace("_", " ").casefold().split())
