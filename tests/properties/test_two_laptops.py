"""Whatever professionals write, share and close, in whatever order they come home, all is kept.

Hypothesis plays lives: three laptops with their real stores, the real office, answers lost on the
way, laptops that lose their power. Then everybody synchronises twice and nobody may have lost a
word, show something else than the others, or hold the dossier of somebody she no longer follows.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from desktop.services.persons import NewPerson
from protocol.ids import FollowUpId, PersonId, ProfessionalId, RecordId
from protocol.kinds import CircleMember, FollowUp, Person
from protocol.kinds.follow_ups import Theme
from protocol.kinds.persons import CircleEnd, CircleRole, Discretion, IdentifierScheme
from tests.properties.town import Ledger, Town, check_quiet
from tests.support.fleet import Laptop
from tests.support.office import Premises, premises

__all__ = ["premises"]

WHO = st.integers(0, 2)
ANY = st.integers(0, 7)
"""Which of those there are; counted round."""
SCALARS = ("address_line", "usual_name", "email", "phone1")
TEXTS = ("request", "safe_contact_note")
THEMES = tuple(Theme)[:6]
Change = Callable[[Person], dict[str, object]]
"""From a person's sheet to the lines that change."""


class Lives(RuleBasedStateMachine):
    """One life of a town; its end is `teardown`, where promises are checked."""

    def __init__(self, towns: "Towns") -> None:
        super().__init__()
        self.towns = towns
        self.town = towns.take()
        self.ledger = Ledger()
        self.dossiers: list[PersonId] = []

    # -- what people do -----------------------------------------------------------------------

    @initialize(who=WHO, circle=st.frozensets(WHO))
    def a_day_begins(self, who: int, circle: frozenset[int]) -> None:
        self.opens_a_dossier(who)
        for whom in sorted(circle):
            self.shares_it(who, 0, whom)
        for laptop in (self.town.laptops[who], *self.town.laptops):
            self.town.sync(laptop)

    @precondition(lambda self: len(self.dossiers) < 4)
    @rule(who=WHO)
    def opens_a_dossier(self, who: int) -> None:
        laptop = self._laptop(who)
        word = self.ledger.word
        with self.ledger.writing(laptop, self.dossiers):
            new = NewPerson(birth_name=word(), first_name=word(), request=f"{word()} {word()}")
            self.dossiers.append(laptop.desk.persons.create(new).value)

    @rule(who=WHO, which=ANY, whom=WHO)
    def shares_it(self, who: int, which: int, whom: int) -> None:
        for laptop, dossier in self._open(who, which):
            colleague = ProfessionalId(self.town.laptops[whom].session.workplace.me)
            laptop.desk.persons.welcome(dossier, colleague, CircleRole.CONTRIBUTOR)

    @rule(who=WHO, which=ANY, member=ANY)
    def ends_a_place_in_the_circle(self, who: int, which: int, member: int) -> None:
        for laptop, dossier in self._open(who, which):
            places = laptop.session.workplace.store.records.select(
                CircleMember, '"person" = ? AND "ended_on" IS NULL', (dossier,)
            )
            places.sort(key=self._whose)
            if places:
                ended = RecordId(places[member % len(places)].id)
                laptop.desk.persons.end_membership(ended, CircleEnd.END_OF_PROGRAM)

    @rule(who=WHO, which=ANY, name=st.sampled_from(SCALARS), emptied=st.booleans())
    def corrects_a_line(self, who: int, which: int, name: str, emptied: bool) -> None:
        self._edit(who, which, lambda sheet: {name: None if emptied else self.ledger.word()})

    @rule(who=WHO, which=ANY, discretion=st.sampled_from(tuple(Discretion)))
    def warns_colleagues(self, who: int, which: int, discretion: Discretion) -> None:
        self._edit(who, which, lambda sheet: {"discretion": discretion})

    @rule(who=WHO, which=ANY, name=st.sampled_from(TEXTS), at=st.sampled_from((0, 1, 99)))
    def adds_a_word_to_a_text(self, who: int, which: int, name: str, at: int) -> None:
        def change(sheet: Person) -> dict[str, object]:
            words = (getattr(sheet, name) or "").split()
            words.insert(at, self.ledger.word())
            return {name: " ".join(words)}

        self._edit(who, which, change)

    @rule(who=WHO, which=ANY, name=st.sampled_from(TEXTS), kept=st.integers(0, 1))
    def rewrites_a_text(self, who: int, which: int, name: str, kept: int) -> None:
        def change(sheet: Person) -> dict[str, object]:
            words = (getattr(sheet, name) or "").split()[:kept]
            return {name: " ".join([*words, self.ledger.word()])}

        self._edit(who, which, change)

    @rule(who=WHO, which=ANY, value=st.booleans())
    def writes_or_strikes_a_number(self, who: int, which: int, value: bool) -> None:
        for laptop, dossier in self._open(who, which):
            number = self.ledger.word() if value else ""
            with self.ledger.writing(laptop, self.dossiers):
                laptop.desk.persons.set_identifier(dossier, IdentifierScheme.CAF, number)

    @rule(who=WHO, which=ANY, noted=st.booleans())
    def meets_somebody(self, who: int, which: int, noted: bool) -> None:
        for laptop, dossier in self._open(who, which):
            form = laptop.desk.follow_ups.begin(dossier)
            secret = self.ledger.word("secret") if noted else ""
            with self.ledger.writing(laptop, self.dossiers):
                laptop.desk.follow_ups.finish(
                    replace(form, summary=self.ledger.word(), clinical=secret)
                )
            if noted:
                self.ledger.note(laptop, form.target, secret)

    @rule(who=WHO, which=ANY, meeting=ANY)
    def completes_her_follow_up(self, who: int, which: int, meeting: int) -> None:
        for laptop, dossier in self._open(who, which):
            me = laptop.session.workplace.me
            for found in self._one_meeting(laptop, dossier, meeting, me):
                form = laptop.desk.follow_ups.open(FollowUpId(found.id)).form
                secret = self.ledger.word("secret")
                summary = f"{form.summary} {self.ledger.word()}"
                with self.ledger.writing(laptop, self.dossiers):
                    laptop.desk.follow_ups.finish(
                        replace(form, summary=summary, clinical=secret, next_at=None)
                    )
                self.ledger.note(laptop, form.target, secret)

    @rule(who=WHO, which=ANY, meeting=ANY, themes=st.frozensets(st.sampled_from(THEMES)))
    def sorts_a_meeting(self, who: int, which: int, meeting: int, themes: frozenset[Theme]) -> None:
        for laptop, dossier in self._open(who, which):
            for found in self._one_meeting(laptop, dossier, meeting):
                with laptop.session.workplace.work() as work:
                    work.save(replace(found, themes=themes, minutes=30 + len(themes)))

    # -- what happens to laptops --------------------------------------------------------------

    @rule(who=WHO)
    def comes_home(self, who: int) -> None:
        self.town.sync(self._laptop(who))

    @rule(who=WHO, after=st.integers(1_500, 4_500))
    def loses_the_answer(self, who: int, after: int) -> None:
        self.town.sync(self._laptop(who), cut_after=after)

    @rule(who=WHO, which=ANY, name=st.sampled_from(SCALARS))
    def types_while_the_answer_comes(self, who: int, which: int, name: str) -> None:
        for laptop, dossier in self._open(who, which):

            def type_on(laptop: Laptop = laptop, dossier: PersonId = dossier) -> None:
                self._change(laptop, dossier, lambda sheet: {name: self.ledger.word()})

            self.town.sync(laptop, meanwhile=type_on)

    @rule(who=WHO)
    def loses_power(self, who: int) -> None:
        self.town.kill(self._laptop(who))

    @rule(who=WHO, seconds=st.integers(-120, 120))
    def has_her_clock_turned(self, who: int, seconds: int) -> None:
        self._laptop(who).clock.advance(seconds=seconds)

    def teardown(self) -> None:
        check_quiet(self.town, self.ledger, self.dossiers)
        self.towns.give_back(self.town)

    # -- inside -------------------------------------------------------------------------------

    def _laptop(self, who: int) -> Laptop:
        for laptop in self.town.laptops:
            laptop.clock.advance(seconds=1)
        return self.town.laptops[who]

    def _open(self, who: int, which: int) -> Iterator[tuple[Laptop, PersonId]]:
        """Give one of the dossiers that a laptop shows, if it shows any."""
        laptop = self._laptop(who)
        known = [d for d in self.dossiers if laptop.desk.persons.line(d) is not None]
        if known:
            yield laptop, known[which % len(known)]

    def _whose(self, place: CircleMember) -> tuple[int, str]:
        """Order places by laptop: that of identifiers changes from one life to the next."""
        everybody = [str(laptop.session.workplace.me) for laptop in self.town.laptops]
        return everybody.index(place.professional), place.role

    def _edit(self, who: int, which: int, change: Change) -> None:
        for laptop, dossier in self._open(who, which):
            self._change(laptop, dossier, change)

    def _change(self, laptop: Laptop, dossier: PersonId, change: Change) -> None:
        sheet = laptop.desk.persons.sheet(dossier).person
        with self.ledger.writing(laptop, self.dossiers):
            laptop.desk.persons.edit(replace(sheet, **change(sheet)))  # type: ignore[arg-type]  # by name

    def _one_meeting(
        self, laptop: Laptop, dossier: PersonId, which: int, author: str | None = None
    ) -> Iterator[FollowUp]:
        found = laptop.session.workplace.store.records.select(
            FollowUp,
            '"person" = ? AND (? IS NULL OR "professional" = ?)',
            (dossier, author, author),
        )
        if found:
            yield found[which % len(found)]


class Towns:
    """Lends one town to each life in turn; one that broke a promise is not lent again."""

    def __init__(self, premises: Premises, folder: Path) -> None:
        self._premises = premises
        self._folder = folder
        self._ready: list[Town] = []
        self._built: list[Town] = []
        self._places = 0

    def take(self) -> Town:
        """Return a town at rest, its clocks right."""
        if self._ready:
            town = self._ready.pop()
        else:
            self._places += 1
            town = Town.build(self._premises, self._folder / f"town-{self._places}")
            self._built.append(town)
        town.set_clocks()
        return town

    def give_back(self, town: Town) -> None:
        """Keep a town for the next life."""
        self._ready.append(town)

    def close(self) -> None:
        """Close all that was built."""
        for town in self._built:
            town.close()


@pytest.fixture
def towns(premises: Premises, tmp_path: Path) -> Iterator[Towns]:
    lent = Towns(premises, tmp_path)
    yield lent
    lent.close()


def test_laptops_agree_and_keep_every_word_whatever_happened_on_the_road(towns: Towns) -> None:
    run_state_machine_as_test(
        lambda: Lives(towns),  # type: ignore[arg-type]  # what makes one is as good as the class
        settings=settings(max_examples=12, stateful_step_count=20),
    )
