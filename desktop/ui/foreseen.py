"""What an appointment would run into, in sentences: the same wherever one is made or moved."""

from collections.abc import Mapping
from datetime import date

from desktop.config.clock import paris
from desktop.domain.agenda import Clash, Trouble
from desktop.services.agenda_days import Foreseen, SameDay
from desktop.ui.text import capitalised, clock, day_long, duration, translate


def clash_words(clash: Clash, key: str, places: Mapping[str, str]) -> str:
    """Return what is wrong with the stop ``key``, in a sentence."""
    other = clash.other if clash.one.key == key else clash.one
    at = clock(paris(other.span.starts_at))
    if clash.trouble is Trouble.OVERLAP:
        return translate("Agenda", "En même temps qu’un autre rendez-vous, à {0}.").format(at)
    names = [places.get(stop.place, "") for stop in (clash.one, clash.other)]
    if clash.left <= 0:
        sentence = translate(
            "Agenda", "Environ {0} de route de {1} à {2}\u00a0: rien n’est prévu pour la faire."
        )
        return sentence.format(duration(clash.road), *names)
    sentence = translate("Agenda", "Environ {0} de route de {1} à {2}\u00a0: il n’y a que {3}.")
    return sentence.format(duration(clash.road), *names, duration(clash.left))


def warnings_of(foreseen: Foreseen, day: date) -> list[str]:
    """Return what an appointment would run into, a sentence each."""
    names = dict(foreseen.names)
    found = [clash_words(clash, "", names) for clash in foreseen.clashes]
    if foreseen.holiday:
        words = translate("Agenda", "{0} est férié\u00a0: {1}.")
        found.append(words.format(capitalised(day_long(day)), foreseen.holiday))
    if foreseen.is_away:
        found.append(translate("Agenda", "Vous avez noté une absence à ce moment."))
    if foreseen.is_closed:
        found.append(translate("Agenda", "Vous n’y avez pas de permanence à cette heure."))
    found += [_same_day_words(foreseen.person, one) for one in foreseen.same_day]
    return found


def _same_day_words(person: str, one: SameDay) -> str:
    at = clock(paris(one.starts_at))
    if one.with_whom:
        words = translate("Agenda", "{0} a déjà rendez-vous ce jour-là à {1}, avec {2}.")
        return words.format(person, at, one.with_whom)
    return translate("Agenda", "{0} a déjà rendez-vous ce jour-là à {1}.").format(person, at)
