"""Dates, hours, sizes and plurals as French people write them, and as they type them.

Only QtCore is needed, so view-models may use it. Every function that depends on "today" is told it.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QCoreApplication

from desktop.domain.holidays import holiday_name
from desktop.domain.shown_names import initial, initials

__all__ = ["initials"]

NO_BREAK_SPACE = "\u00a0"
NARROW_NO_BREAK_SPACE = "\u202f"

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_SHORT_MONTHS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juill.", "août", "sept.", "oct.", "nov.", "déc."),
)
_MOST_COUNTED = 2**31 - 1
_OPTIONAL_ENDING = re.compile(r"\((\w{1,3})\)")
_CLOCK = re.compile(r"(\d{1,2})(?:\s*(?:h|:|\.|heures?)\s*(\d{1,2})?)?\s*(?:mn|min)?")
_SEPARATED = re.compile(r"(\d{1,2})[\s/.\-]+(\d{1,2})(?:[\s/.\-]+(\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WORDED = re.compile(r"(\d{1,2})(?:er)?\s+([a-z]+)\.?(?:\s+(\d{4}|\d{2}))?")


def translate(context: str, text: str, disambiguation: str = "", n: int = -1) -> str:
    """The one door for plurals and for sentences outside a widget.

    A plural is written `"%n visite(s)"`. Where no translation file says better, the French rule is
    applied to the letters in brackets: singular for 0 and 1.
    """
    n = min(n, _MOST_COUNTED)  # Qt refuses more; a colleague's record may say so many places
    shown = QCoreApplication.translate(context, text, disambiguation, n)
    if n < 0 or "%n" not in text:
        return shown
    return _OPTIONAL_ENDING.sub(lambda ending: "" if n < 2 else ending[1], shown)


def capitalised(text: str) -> str:
    """« Mardi 24 novembre », at the head of a sentence."""
    return text[:1].upper() + text[1:]


def day_long(day: date, today: date | None = None) -> str:
    """« mardi 24 novembre »; with the year when it is not the year of `today`."""
    return f"{_DAYS[day.weekday()]} {day_of_year(day, today)}"


def day_planned(day: date, today: date | None = None) -> str:
    """« vendredi 25 décembre (Noël) »: a day one is about to plan, holidays told."""
    holiday, said = holiday_name(day), day_long(day, today)
    return said if holiday is None else f"{said} ({holiday})"


def day_of_year(day: date, today: date | None = None) -> str:
    """« 24 novembre », « 1er mars 1979 »."""
    written = f"{_ordinal(day)} {_MONTHS[day.month - 1]}"
    return written if today is None or day.year == today.year else f"{written} {day.year}"


def day_with_year(day: date) -> str:
    """« 4 mars 1979 », for a date of birth."""
    return f"{_ordinal(day)} {_MONTHS[day.month - 1]} {day.year}"


def day_short(day: date, today: date | None = None) -> str:
    """« 24 nov. »; with the year when it is not the year of `today`."""
    written = f"{_ordinal(day)} {_SHORT_MONTHS[day.month - 1]}"
    return written if today is None or day.year == today.year else f"{written} {day.year}"


def weekday(day: date) -> str:
    return _DAYS[day.weekday()]


def weekday_short(day: date) -> str:
    """« mar. »."""
    return f"{_DAYS[day.weekday()][:3]}."


def clock(at: time | datetime) -> str:
    """« 9 h 45 », which never breaks over two lines."""
    return f"{at.hour}{NO_BREAK_SPACE}h{NO_BREAK_SPACE}{at.minute:02}"


def moment(at: datetime, now: datetime) -> str:
    """« il y a 2 minutes », « hier, 17 h 42 », « lundi, 8 h 31 », « 24 nov., 9 h 45 »."""
    at = at.astimezone(now.tzinfo) if at.tzinfo and now.tzinfo else at
    days = (now.date() - at.date()).days
    if timedelta(0) <= now - at < timedelta(hours=1):
        return _minutes_ago((now - at) // timedelta(minutes=1))
    if days == 0:
        return translate("Text", "aujourd’hui, {0}").format(clock(at))
    if days == 1:
        return translate("Text", "hier, {0}").format(clock(at))
    if 1 < days < 7:
        return f"{weekday(at.date())}, {clock(at)}"
    return f"{day_short(at.date(), now.date())}, {clock(at)}"


def days_ago(day: date, today: date) -> str:
    """« aujourd’hui », « hier », « il y a 34 jours »."""
    days = (today - day).days
    if days == 0:
        return translate("Text", "aujourd’hui")
    if days == 1:
        return translate("Text", "hier")
    if days > 1:
        return translate("Text", "il y a %n jour(s)", "", days)
    if days == -1:
        return translate("Text", "demain")
    return translate("Text", "dans %n jour(s)", "", -days)


def duration(minutes: int) -> str:
    """« 40 min », « 1 h 45 », « 2 h »."""
    hours, rest = divmod(minutes, 60)
    if hours == 0:
        return f"{rest}{NO_BREAK_SPACE}min"
    if rest == 0:
        return f"{hours}{NO_BREAK_SPACE}h"
    return f"{hours}{NO_BREAK_SPACE}h{NO_BREAK_SPACE}{rest:02}"


def number(value: int | float, decimals: int = 0) -> str:
    """« 25 000 », « 1,5 »."""
    written = f"{value:,.{decimals}f}"
    return written.replace(",", NARROW_NO_BREAK_SPACE).replace(".", ",")


def rounded(whole: str, decimals: str | None) -> int:
    """Digits before and after the comma, as the nearest whole number; a half counts as one."""
    return int(whole) + int(bool(decimals) and str(decimals)[0] >= "5")


def size(octets: int) -> str:
    """« 31 ko », « 1,2 Mo »."""
    if octets < 1000:
        return translate("Text", "%n octet(s)", "", octets).replace(" ", NO_BREAK_SPACE)
    scaled, unit = octets / 1000, "ko"
    for larger in ("Mo", "Go"):
        if scaled < 999.5:
            break
        scaled, unit = scaled / 1000, larger
    decimals = 1 if scaled < 9.95 and unit != "ko" else 0
    return f"{number(scaled, decimals)}{NO_BREAK_SPACE}{unit}"


def age(birth: date, on: date) -> str:
    """« 47 ans »; in months under two years, as a nurse would say it."""
    months = (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)
    if months < 24:
        return translate("Text", "%n mois", "", max(months, 0)).replace(" ", NO_BREAK_SPACE)
    return translate("Text", "%n an(s)", "", months // 12).replace(" ", NO_BREAK_SPACE)


def short_name(given: str, family: str) -> str:
    """« J.-L. Audebert »."""
    return " ".join(part for part in (initial(given), family.strip()) if part)


def clean(text: str) -> str:
    """Typed or pasted text as it can be kept: no NUL, no half character, Unix line ends."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n")
    return "".join(c for c in unix if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def read_clock(typed: str) -> time | None:
    """« 9h45 », « 9 h », « 9:45 », « 0945 », « midi »; None for anything else."""
    text = _plain(typed)
    if text == "midi":
        return time(12)
    if re.fullmatch(r"\d{3,4}", text):
        text = f"{text[:-2]}h{text[-2:]}"
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_date(typed: str, today: date, *, past: bool = False) -> date | None:
    """« 4/3/79 », « 04031979 », « 24 nov. », « 24 novembre 2026 », « mardi »; else None.

    A two-digit year is the nearest one; with `past` (a date of birth) never after today. The name
    of a day is the one to come, and with `past` the last one: the field writes it out in full.
    """
    text = _plain(typed)
    near = {"hier": -1, "aujourd'hui": 0, "demain": 1, "apres-demain": 2}
    if text in near:
        return today + timedelta(days=near[text])
    if text in _DAYS:
        return today + timedelta(days=_days_to(_DAYS.index(text), today, past=past))
    if found := _ISO.fullmatch(text):
        return _day(int(found[3]), int(found[2]), int(found[1]))
    if re.fullmatch(r"\d{6}|\d{8}", text):
        text = f"{text[:2]}/{text[2:4]}/{text[4:]}"
    if found := _SEPARATED.fullmatch(text):
        return _completed(int(found[1]), int(found[2]), found[3], today, past)
    # « mardi 24 novembre » is read as « 24 novembre »: the day's name is only there for people.
    without_day = re.sub(r"^(?:lun|mar|mer|jeu|ven|sam|dim)[a-z]*\.?\s+", "", text)
    found = _WORDED.fullmatch(without_day)
    month = _month(found[2]) if found else None
    if found is None or month is None:
        return None
    return _completed(int(found[1]), month, found[3], today, past)


def _days_to(weekday: int, today: date, *, past: bool) -> int:
    """Days until the next of these, or back to the last one; never today, which has a word."""
    if past:
        return -((today.weekday() - weekday) % 7 or 7)
    return (weekday - today.weekday()) % 7 or 7


def _ordinal(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def _minutes_ago(minutes: int) -> str:
    if minutes < 1:
        return translate("Text", "à l’instant")
    return translate("Text", "il y a %n minute(s)", "", minutes)


def _plain(typed: str) -> str:
    """Lower case, without accents, with one kind of space and of apostrophe."""
    decomposed = unicodedata.normalize("NFKD", typed.replace("’", "'"))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


def _month(word: str) -> int | None:
    """The month a word begins, when only one does: « ju » could be two."""
    named = [n for n, month in enumerate(_MONTHS, 1) if _plain(month).startswith(word)]
    return named[0] if len(named) == 1 and len(word) >= 3 else None


def _completed(day: int, month: int, year: str | None, today: date, past: bool) -> date | None:
    """Chooses the century, or the year, that the person left out."""
    if year is None:
        candidates = [today.year - 1, today.year, today.year + 1]
    elif len(year) == 2:
        century = today.year // 100 * 100
        candidates = [century + int(year) + shift for shift in (-100, 0, 100)]
    else:
        return _day(day, month, int(year))
    days = [found for candidate in candidates if (found := _day(day, month, candidate))]
    allowed = [found for found in days if not past or found <= today]
    return min(allowed, key=lambda found: abs((found - today).days), default=None)


def _day(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
