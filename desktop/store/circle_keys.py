"""Who reads what a circle writes: epochs of keys, given from hand to hand.

A dossier's first key is made with the dossier. Each member is given every key by a colleague's
laptop, in a signed statement; once somebody has left, whoever writes next makes a new key. A member
is whom a member named: a place that only the office speaks of is given nothing. Statements that
were accepted are kept, whatever the office shows later (docs/vault-format.md, "Texts of a circle").
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field

from desktop.config.clock import Clock, unix_ms
from desktop.crypto.circle_statement import MAX_EPOCH, Statement, identity_digest
from desktop.crypto.circle_texts import CircleSecret
from desktop.crypto.errors import CertificateRefused, SealBroken, UnusableKey
from desktop.crypto.escrow import ESCROW, NO_ESCROW, Escrow
from desktop.crypto.identity import Identity, PublicIdentity
from desktop.crypto.randomness import Random
from desktop.store.circle_places import CirclePlaces
from desktop.store.circle_said import (
    Circle,
    Said,
    SaidOfCircles,
    said_by,
    said_by_who_left,
)
from desktop.store.known_identities import public_identity
from desktop.store.store import Store
from protocol.ids import PersonId, ProfessionalId, RecordId, uuid7
from protocol.kinds import CircleKey, Professional, spec_of
from protocol.values import to_wire

_KIND = spec_of(CircleKey)
_PROFESSIONAL = spec_of(Professional)


@dataclass(slots=True)
class CircleKeys:
    """Makes, gives and takes the keys of dossiers, within one transaction: the caller's.

    One is made for each: what it has made and not yet saved must go when all else is undone.
    """

    store: Store
    identity: Identity
    me: ProfessionalId
    clock: Clock
    random: Random
    escrow: Escrow = NO_ESCROW
    """The Département's key, by the policy of this laptop."""
    _said: SaidOfCircles = field(init=False)
    _places: CirclePlaces = field(init=False)
    _made: list[CircleKey] = field(default_factory=list)
    """Statements to be saved once what they speak of is."""
    _met: dict[str, PublicIdentity | None] | None = None
    """The keys of those who were looked up, once nobody's change any more."""
    _awaits_more: bool | None = None
    """Whether more pages are to be read, once that does not change any more."""

    def __post_init__(self) -> None:
        database = self.store.database
        self._said = SaidOfCircles(database)
        self._places = CirclePlaces(database, self._said, self.me, self.clock)

    # -- writing ------------------------------------------------------------------------------

    def to_write(self, dossier: str, *, founds: bool = False) -> CircleSecret:
        """Return the key for a new text: read by the present circle and by nobody who left.

        A new key is made when there is none such; ``flush`` then has something to save.
        """
        circle, held = self._circle(dossier), self.store.texts.held(dossier)
        if held:
            readers = self._readers(dossier)
            for _, name in circle.epochs():
                if name not in held or not circle.readers(name) <= readers:
                    continue
                if not circle.holders(name) <= {who for who, _ in readers}:
                    continue  # somebody who left gave it: she has it too
                if self._serves(circle, name):
                    return held[name]
        return self._begin(dossier, circle, founds=founds)

    def admit(self, dossier: str, professional: str, *, founds: bool = False) -> None:
        """Name somebody a member, and give her every key: history is part of a dossier.

        Whoever comes back is given a new one too: that she has those of before names her to nobody.
        """
        circle, held = self._circle(dossier), self.store.texts.held(dossier)
        has_left = professional in self._places.left(dossier)
        if has_left or all(circle.came_from_escrow(name) for name in held):
            self._begin(dossier, circle, founds=founds)
            circle, held = self._circle(dossier), self.store.texts.held(dossier)
        if professional != self.me:
            members = circle.members | {professional}
            given = sum(
                self._give(dossier, epoch, held[name], professional, members)
                for epoch, name in circle.epochs()
                if name in held
            )
            if not given:
                self._name(dossier, circle, professional, members)

    def flush(self, hlc: int) -> None:
        """Save the statements that were made, to be sent like any record."""
        for made in self._made:
            self.store.outbox.save(_KIND, made.id, to_wire(made), hlc)
        self._made.clear()

    @property
    def has_made(self) -> bool:
        """Whether there is anything to flush."""
        return bool(self._made)

    # -- what arrives -------------------------------------------------------------------------

    def learn(self, dossier: str) -> bool:
        """Take the statements that can be trusted; tell whether a key came with them.

        Nothing is learnt of half a reading: who gave a key would pass for gone where what she kept
        for herself is on the next page.
        """
        if self._is_half_read():
            return False
        waiting = [it for it in self._waiting(dossier) if self._is_signed(it[1])]
        if not waiting:
            return False
        circle, has_key = self._circle(dossier), False
        left, is_first = self._places.left(dossier, circle), not circle.said
        # One at a time: who is named by the first may have signed the second.
        while found := self._next(waiting, circle, left):
            rid, statement = found
            has_left = statement.giver in left
            said = said_by_who_left(statement, circle) if has_left else said_by(statement)
            has_key |= self._take(rid, statement, said)
            circle.said.append(said)
            waiting.remove(found)
            if said.recipient in left:
                left = self._places.left(dossier)  # a member may have welcomed her back
        if is_first:
            # Of those who came and went before me I have seen nothing: who is still in the circle
            # was given its newest key, whatever places the office shows.
            self._places.note_left(dossier, circle.members - {self.me}, 0, circle)
        return has_key

    def look_up_once(self) -> None:
        """Take it that nobody's keys change any more in this transaction, nor what was read."""
        self._met, self._awaits_more = {}, self._is_half_read()

    def note_departures(self, dossier: str) -> None:
        """Remember who had a place and has none today: all that is known has arrived."""
        self._places.note_departures(dossier)

    def complete(self, dossier: str) -> None:
        """Give members the keys they lack: somebody named before she had a laptop, a new key."""
        circle, held = self._circle(dossier), self.store.texts.held(dossier)
        if not held:
            return
        members = circle.members
        here = self._places.open_today(dossier, circle)
        for professional in sorted(members & here - {self.me}):
            public = self._keys_of(professional)
            if public is None:
                continue
            wanted = (professional, identity_digest(public))
            for epoch, name in reversed(circle.epochs()):
                if name in held and wanted not in circle.readers(name):
                    self._give(dossier, epoch, held[name], professional, members)
        if self.escrow.public is not None:
            theirs = identity_digest(self.escrow.public)
            for epoch, name in reversed(circle.epochs()):
                if name in held and not circle.is_held_by_escrow(name, theirs):
                    self._give(dossier, epoch, held[name], ESCROW, members)

    def give_again(self, professional: str, hlc: int) -> None:
        """Somebody's keys have been settled: give her what she lacks, at once."""
        for dossier in self.dossiers_of(professional):
            self.learn(dossier)
            self.complete(dossier)
        self.flush(hlc)

    def unnamed(self, dossier: str) -> set[str]:
        """Return who has a place in the circle, says the office, and whom no member has named.

        Or has not named again since she left.
        """
        circle = self._circle(dossier)
        if not circle.said:
            return set()
        here = {who for who, is_open in self._places.told(dossier) if is_open}
        return here - (circle.members - self._places.left(dossier)) - {self.me, ESCROW}

    def readers(self, dossier: str) -> set[str]:
        """Return who has a place that is not the office's word alone; me where I have no key."""
        found = self._places.readers_and_named(dossier)
        return {str(self.me)} if found is None else found[0]

    def still_in(self, dossier: str) -> bool:
        """Tell whether I decide of a circle: what ``CirclePlaces`` says of it."""
        return self._places.still_in(dossier)

    def dossiers(self) -> list[str]:
        """Return the dossiers that have keys or statements here."""
        rows = self.store.database.rows(
            'SELECT DISTINCT "person" FROM "circle_key" UNION SELECT "dossier" FROM "circle_secret"'
        )
        return sorted(str(row[0]) for row in rows)

    def dossiers_of(self, professional: str) -> list[str]:
        """Return the dossiers in whose circle somebody has, or had, a place."""
        rows = self.store.database.rows(
            'SELECT DISTINCT "person" FROM "circle_member" WHERE "professional" = ?',
            (professional,),
        )
        return [str(row[0]) for row in rows]

    # -- making -------------------------------------------------------------------------------

    def _begin(self, dossier: str, circle: Circle, *, founds: bool) -> CircleSecret:
        secret = CircleSecret.generate(self.random)
        self.store.texts.keep(dossier, secret)
        self._places.note_closed(dossier)
        last, _ = circle.newest
        epoch = min(last + 1, MAX_EPOCH)
        members = (circle.members & self._places.open_today(dossier, circle)) | {self.me}
        for professional in [self.me, *sorted(members - {self.me})]:
            self._give(dossier, epoch, secret, professional, members, founds=founds)
            founds = False
        self._give(dossier, epoch, secret, ESCROW, members)
        return secret

    def _give(
        self,
        dossier: str,
        epoch: int,
        secret: CircleSecret,
        professional: str,
        members: set[str],
        *,
        founds: bool = False,
    ) -> bool:
        """State that somebody is given a key; tell whether she has keys to receive it with."""
        public = self._keys_of(professional)
        if public is None:
            return False
        statement = self._statement(
            dossier, epoch, secret.name, professional, members, founds=founds
        )
        try:
            given = statement.giving(secret, public, self.random)
        except UnusableKey:
            return False
        self._say(given)
        return True

    def _name(self, dossier: str, circle: Circle, professional: str, members: set[str]) -> None:
        """Name somebody a member who has no keys yet: whoever meets them first gives her hers."""
        epoch, name = circle.newest
        self._say(self._statement(dossier, epoch, name, professional, members, founds=False))

    def _statement(
        self,
        dossier: str,
        epoch: int,
        key: bytes,
        professional: str,
        members: set[str],
        *,
        founds: bool,
    ) -> Statement:
        epoch = max(epoch, 1)  # of a key that somebody who left gave, nobody knows which it is
        before = [(e, name) for e, name in self._circle(dossier).epochs() if 0 < e < epoch]
        return Statement(
            dossier=dossier,
            epoch=epoch,
            key=key,
            previous=before[0][1] if before else b"",
            founds=founds,
            giver=self.me,
            recipient=professional,
            identity=b"",
            members=tuple(sorted(members | {professional})),
        )

    def _say(self, statement: Statement) -> None:
        signed = statement.signed(self.identity.signing)
        now = self.clock.now()
        record = CircleKey(
            id=RecordId(uuid7(unix_ms(now), self.random.bytes(10))),
            created_at=now,
            created_by=self.me,
            person=PersonId(statement.dossier),
            statement=b64encode(signed.to_bytes()).decode(),
        )
        self._made.append(record)
        self._said.keep(record.id, signed.dossier, said_by(signed))

    def _serves(self, circle: Circle, key: bytes) -> bool:
        """Tell whether a key may seal new texts, as far as the Département's key is concerned."""
        if circle.came_from_escrow(key):
            return False
        theirs = circle.escrows_of(key)
        if self.escrow.public is None:
            # Colleagues may have a policy that has not come here: one that is gone is another thing
            return theirs.isdisjoint(self.escrow.former)
        return theirs <= {identity_digest(self.escrow.public)}

    def _is_half_read(self) -> bool:
        if self._awaits_more is None:
            return self.store.state.progress().after is not None
        return self._awaits_more

    # -- trusting -----------------------------------------------------------------------------

    def _waiting(self, dossier: str) -> list[tuple[str, Statement]]:
        rows = self.store.database.rows(
            'SELECT "id", "statement" FROM "circle_key" WHERE "person" = ? AND NOT EXISTS'
            ' (SELECT 1 FROM "circle_statement" s WHERE s."rid" = "circle_key"."id"'
            # One that was taken gives its key again to who lost it: a dossier left, a damaged page.
            ' AND (s."recipient" <> ? OR EXISTS'
            ' (SELECT 1 FROM "circle_secret" k WHERE k."name" = s."key")))',
            (dossier, self.me),
        )
        found = []
        for rid, text in rows:
            try:
                statement = Statement.from_bytes(b64decode(text, validate=True))
            except (CertificateRefused, ValueError):
                continue  # nobody's word: it stays, and says nothing
            if statement.dossier == dossier:
                found.append((str(rid), statement))
        return sorted(found, key=lambda it: (it[1].epoch, it[1].key, it[0]))

    def _is_signed(self, statement: Statement) -> bool:
        """Tell whether it is of whom it says, by the keys that this laptop goes by."""
        public = self._keys_of(statement.giver)
        return public is not None and statement.is_signed_by(public.signing)

    def _next(
        self, waiting: list[tuple[str, Statement]], circle: Circle, left: set[str]
    ) -> tuple[str, Statement] | None:
        """Return a statement that may be taken; those of who left come after all others."""
        ordered = sorted(waiting, key=lambda it: it[1].giver in left) if left else waiting
        return next((it for it in ordered if self._may_speak(it[1], circle)), None)

    def _may_speak(self, statement: Statement, circle: Circle) -> bool:
        """Tell whether a member said so; the first who lets me in is one."""
        giver = statement.giver
        is_of_ours = giver in (self.me, ESCROW) or giver in circle.members
        return is_of_ours or self._lets_me_in(statement, circle)

    def _lets_me_in(self, statement: Statement, circle: Circle) -> bool:
        """Tell whether this may be the word I come to know a circle by: there is but one."""
        is_known = any(one.founds or one.giver != self.me for one in circle.said)
        return statement.recipient == self.me and not is_known

    def _take(self, rid: str, statement: Statement, said: Said) -> bool:
        self._said.keep(rid, statement.dossier, said)
        mine = identity_digest(self.identity.public)
        if statement.recipient != self.me or statement.identity != mine:
            return False
        if statement.key in self.store.texts.held(statement.dossier):
            return False
        try:
            secret = statement.taken(self.identity.encryption)
        except SealBroken:
            return False  # given badly: another member gives it again
        self.store.texts.keep(statement.dossier, secret)
        return True

    def _circle(self, dossier: str) -> Circle:
        return self._said.circle(dossier)

    def _readers(self, dossier: str) -> set[tuple[str, bytes]]:
        """Return who may read what is written now, and under which identity."""
        found = {(str(self.me), identity_digest(self.identity.public))}
        for professional in self._places.open_today(dossier):
            public = self._keys_of(professional)
            if public is not None:
                found.add((professional, identity_digest(public)))
        return found

    def _keys_of(self, professional: str) -> PublicIdentity | None:
        """Return the keys somebody goes by; nothing while they are in question."""
        if professional == self.me:
            return self.identity.public
        if professional == ESCROW:
            return self.escrow.public  # what the office tells of it counts for nothing
        if self._met is None:
            return self._looked_up(professional)
        if professional not in self._met:
            self._met[professional] = self._looked_up(professional)
        return self._met[professional]

    def _looked_up(self, professional: str) -> PublicIdentity | None:
        told = self.store.records.data(_PROFESSIONAL, professional) or {}
        public = public_identity(told.get("identity_key"), told.get("encryption_key"))
        known = self.store.known_identities.get(professional)
        if public is None or known is None or known.doubted_on or known.public != public:
            return None
        return public
