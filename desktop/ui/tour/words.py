"""The round in sentences: stops, errands, and what the map says to those who do not see it."""

from collections.abc import Sequence

from desktop.config.clock import paris
from desktop.domain.tour import StopKind
from desktop.services.tours import Bring, Errand, Meeting, Tour, TourMap, TourStop
from desktop.ui.text import NO_BREAK_SPACE, clock, day_long, day_short, duration, number, translate
from protocol.kinds.agenda import Visibility
from protocol.kinds.programmes import ProgrammeKind


def title(tour: Tour) -> str:
    """« Tournée du mardi 24 novembre »."""
    return translate("Tour", "Tournée du {0}").format(day_long(tour.day))


def subtitle(tour: Tour) -> str:
    """« 2 lieux · 6 rendez-vous · environ 88 km · 1 h 45 de route »."""
    if not tour.meetings and not tour.stops:
        return ""
    parts = []
    if tour.lieux:
        parts.append(translate("Tour", "%n lieu(x)", "", tour.lieux))
    if tour.meetings:
        parts.append(translate("Tour", "%n rendez-vous", "", len(tour.meetings)))
    if tour.kilometres:
        parts.append(translate("Tour", "environ {0}").format(kilometres(tour.kilometres)))
        parts.append(translate("Tour", "{0} de route").format(duration(tour.road_minutes)))
    if tour.nowhere:
        parts.append(translate("Tour", "%n rendez-vous sans lieu", "", tour.nowhere))
    return " · ".join(parts)


def kilometres(value: int) -> str:
    """« 28 km »."""
    return f"{number(value)}{NO_BREAK_SPACE}km"


def stop_hour(stop: TourStop) -> str:
    """« 8 h 50 », or nothing where the road is not known."""
    return clock(paris(stop.at)) if stop.at is not None else ""


def stop_about(stop: TourStop) -> str:
    """« 4 rendez-vous · salle 2 · réseau faible »; where a stop is the office, what one does."""
    if stop.kind is StopKind.DEPARTURE:
        return translate("Tour", "Départ du bureau · synchronisez avant de partir")
    if stop.kind is StopKind.RETURN:
        if stop.place:
            return translate("Tour", "Retour")
        return translate("Tour", "Retour · synchronisation")
    parts = []
    if stop.appointments:
        parts.append(translate("Tour", "%n rendez-vous", "", stop.appointments))
    if stop.workshops:
        parts.append(translate("Tour", "%n atelier(s)", "", stop.workshops))
    if stop.free_slots:
        parts.append(translate("Tour", "%n créneau(x) libre(s)", "", stop.free_slots))
    parts.append(stop.room)
    if stop.network is not None:
        parts.append(stop.network.label.lower())
    return " · ".join(part for part in parts if part)


def stop_warning(stop: TourStop) -> str:
    """Say when the road is longer than the time there is for it."""
    if not stop.is_tight:
        return ""
    return translate("Tour", "Trop juste\u00a0: environ {0} de route").format(
        duration(stop.road_minutes or 0)
    )


def stop_said(stop: TourStop) -> str:
    """One stop for a screen reader."""
    road = kilometres(stop.kilometres) if stop.kilometres else ""
    parts = (stop_hour(stop), stop.name, stop_about(stop), road, stop_warning(stop))
    return ", ".join(part for part in parts if part)


def map_said(tour: Tour) -> str:
    """What the map shows, in order."""
    names = [stop.name for stop in tour.stops]
    if not names:
        return translate("Tour", "Aucun trajet ce jour-là.")
    return translate("Tour", "De lieu en lieu\u00a0: {0}. {1}.").format(
        ", ".join(names), subtitle(tour)
    )


def errand(bring: Bring) -> str:
    """One thing to take along."""
    if bring.what is Errand.CER:
        return translate("Tour", "CER à signer ({0})").format(bring.count)
    if bring.what is Errand.RENEWAL:
        named = (bring.programme or ProgrammeKind.ASPIR).label
        return translate("Tour", "Renouvellement à signer\u00a0: {0} ({1})").format(
            named, bring.count
        )
    if bring.what is Errand.PRINT:
        return translate(
            "Tour", "{0}\u00a0: pas d’imprimante, imprimez ces papiers avant de partir."
        ).format(bring.place)
    if bring.what is Errand.NO_NETWORK:
        return translate("Tour", "{0}\u00a0: pas de réseau, synchronisez avant de partir.").format(
            bring.place
        )
    return translate("Tour", "{0}\u00a0: {1}").format(bring.place, bring.note)


def who(meeting: Meeting) -> str:
    """The name as a screen may show it; nothing of an appointment that is hidden."""
    if meeting.line.visibility is Visibility.HIDDEN:
        return translate("Tour", "Rendez-vous masqué")
    if meeting.line.visibility is Visibility.DISCREET:
        return meeting.initials
    return meeting.line.name


def about_meeting(meeting: Meeting) -> str:
    """« 9 h 45 · Consultation · Melle (CSC) »."""
    line = meeting.line
    parts = (clock(paris(line.starts_at)), line.motive.label, line.place_name)
    return " · ".join(part for part in parts if part)


def last_note(meeting: Meeting, tour: Tour) -> str:
    """The shared summary that was written last, with who wrote it and when."""
    if meeting.last is None or is_veiled(meeting):
        return ""
    day = day_short(paris(meeting.last.starts_at).date(), tour.day)
    author = translate("Tour", "vous") if meeting.last.mine else meeting.last.author.short_name
    return translate("Tour", "{0}, {1}\u00a0: «\u00a0{2}\u00a0»").format(
        day, author, shortened(meeting.last.summary)
    )


def overdue(meeting: Meeting, tour: Tour) -> list[tuple[str, str]]:
    """The steps that are late: since when, and what."""
    if is_veiled(meeting):
        return []
    return [
        (
            translate("Tour", "En retard depuis le {0}").format(day_short(step.due_on, tour.day)),
            shortened(step.text),
        )
        for step in meeting.overdue
    ]


def is_veiled(meeting: Meeting) -> bool:
    """Whether a screen that others may see keeps quiet about it."""
    return meeting.line.visibility is not Visibility.NORMAL


def shortened(text: str, limit: int = 220) -> str:
    """The beginning of a text, on one line, cut between two words."""
    whole = " ".join(text.split())
    if len(whole) <= limit:
        return whole
    return f"{whole[:limit].rsplit(' ', 1)[0]}…"


def commune_words(outlines: TourMap, code: str) -> str:
    """« Melle · CC Mellois en Poitou »."""
    epci = outlines.epci_names.get(outlines.epci.get(code, ""), "")
    parts = (outlines.commune_names.get(code, ""), epci)
    return " · ".join(part for part in parts if part)


def errands(bring: Sequence[Bring]) -> tuple[str, list[str]]:
    """The papers on one line, as they are gathered; then what each lieu asks for."""
    papers = [errand(item) for item in bring if item.what in (Errand.CER, Errand.RENEWAL)]
    others = [errand(item) for item in bring if item.what not in (Errand.CER, Errand.RENEWAL)]
    return " · ".join(papers), others
