"""Whatever goes wrong, the window says one calm sentence and one thing to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from desktop.crypto import errors as crypto
from desktop.domain.caseload import errors as caseload
from desktop.services import errors as services
from desktop.store import errors as store
from desktop.sync.errors import every_case
from desktop.ui.background import BackgroundClosed
from desktop.ui.errors import Problem, sentence
from protocol.errors import MalformedMessage
from protocol.invitations import InvitationMalformed
from tests.architecture.french import faults_of

UNFORESEEN = sentence(RuntimeError())


def _below(family: type[Exception]) -> Iterator[type[Exception]]:
    for kind in family.__subclasses__():
        yield kind
        yield from _below(kind)


def _made(kind: type[Exception]) -> Exception:
    with_arguments: dict[type[Exception], Exception] = {
        crypto.VaultUnreachable: crypto.VaultUnreachable(errno.EIO),
        crypto.UnsupportedHeader: crypto.UnsupportedHeader(9),
        crypto.UnsupportedSeal: crypto.UnsupportedSeal(9),
        crypto.UnusablePassphrase: crypto.UnusablePassphrase(crypto.PassphraseProblem.TOO_EASY),
        crypto.WrongRecoveryKey: crypto.WrongRecoveryKey(crypto.RecoveryProblem.CHECKSUM),
        crypto.UnusableCode: crypto.UnusableCode(crypto.CodeProblem.TOO_EASY),
        crypto.WrongCode: crypto.WrongCode(3),
        crypto.WrongShare: crypto.WrongShare(crypto.ShareProblem.CHECKSUM),
        services.IdentityChanged: services.IdentityChanged("0199…c1"),
        store.NoRoomForCopy: store.NoRoomForCopy(600_000_000),
        services.InvalidInput: services.InvalidInput("minutes", "not_a_duration"),
        services.RowRefused: services.RowRefused(12, "phone1", "too_long"),
    }
    return with_arguments.get(kind) or kind()


def _every_failure() -> list[Exception]:
    families = (crypto.CryptoError, store.StoreError, services.ServiceError)
    reasons = ("missing", "too_long", "future_date", "too_old", "before_this_one", "unheard_of")
    return [
        *every_case(),
        *(_made(kind) for family in families for kind in _below(family)),
        *(crypto.UnusablePassphrase(problem) for problem in crypto.PassphraseProblem),
        *(crypto.UnusableCode(problem) for problem in crypto.CodeProblem),
        *(crypto.WrongRecoveryKey(problem, 7) for problem in crypto.RecoveryProblem),
        *(crypto.WrongRecoveryKey(problem) for problem in crypto.RecoveryProblem),
        *(crypto.WrongShare(problem, 7) for problem in crypto.ShareProblem),
        *(crypto.WrongShare(problem) for problem in crypto.ShareProblem),
        *(crypto.VaultUnreachable(number) for number in (errno.ENOSPC, errno.EROFS, None)),
        *(services.InvalidInput("birth_date", reason) for reason in reasons),
        *(caseload.FileRefused(reason) for reason in caseload.FileReason),
        *(caseload.FieldTaken(2), caseload.ImportCancelled()),
        *(OSError(errno.ENOSPC, "full"), PermissionError(errno.EACCES, "no"), OSError("?")),
        *(InvitationMalformed(), MalformedMessage(), BackgroundClosed(), MemoryError()),
    ]


def test_everything_we_foresaw_has_its_own_sentence_and_a_remedy() -> None:
    for failure in _every_failure():
        problem = sentence(failure)
        assert problem != UNFORESEEN, repr(failure)
        assert problem.text.endswith("."), repr(failure)
        assert problem.remedy.endswith("."), repr(failure)
        assert problem.text != problem.remedy, repr(failure)


def test_sentences_are_french_and_blame_nobody() -> None:
    for failure in (*_every_failure(), RuntimeError()):
        problem = sentence(failure)
        assert faults_of(problem.whole) == [], repr(failure)
        assert "erreur" not in problem.whole.lower(), repr(failure)
        assert len(problem.text) <= 90, problem.text


def test_a_person_can_tell_why_the_vault_does_not_open() -> None:
    told = [
        sentence(failure).text
        for failure in (
            crypto.WrongPassphrase(),
            crypto.DamagedHeader(),
            store.DamagedStore(),
            store.DatabaseMissing(),
            store.NewerStore(),
            store.StoreInUse(),
            store.DiskFull(),
            store.ReadOnlyStore(),
            crypto.NotEnoughMemory(),
            crypto.VaultNotFound(),
        )
    ]
    assert len(set(told)) == len(told)


def test_a_full_disk_is_a_full_disk_wherever_it_is_met() -> None:
    full = sentence(store.DiskFull())
    assert sentence(crypto.VaultUnreachable(errno.ENOSPC)) == full
    assert sentence(OSError(errno.ENOSPC, "No space left")) == full


def test_a_wrong_word_is_pointed_at_by_its_number() -> None:
    failure = crypto.WrongRecoveryKey(crypto.RecoveryProblem.UNKNOWN_WORD, 17)
    assert "17" in sentence(failure).text


def test_an_unforeseen_failure_tells_nothing_of_its_insides() -> None:
    problem = sentence(ValueError("Yves Morisset, né en 1979"))
    assert problem == UNFORESEEN
    assert problem.text.startswith("Coffre a rencontré un imprévu")
    assert "Morisset" not in problem.whole


def test_a_family_that_grows_still_finds_words() -> None:
    class Newcomer(store.StoreError):
        pass

    assert isinstance(sentence(Newcomer()), Problem)
    assert sentence(Newcomer()) != UNFORESEEN
