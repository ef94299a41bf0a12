"""Turns what went wrong into one sentence and one thing to do.

Nothing of the exception itself is shown: no message, no path, no trace. A failure nobody foresaw
gets the last sentence of this module, and its type goes to the log elsewhere.
"""

import errno
from dataclasses import dataclass

from desktop.domain.caseload.errors import CaseloadError
from desktop.services import errors as services
from desktop.services.errors import IdentityChanged, IdentityUnknown
from desktop.sync.errors import SyncError
from desktop.ui.background import BackgroundClosed
from desktop.ui.caseload_errors import caseload_problem, row_problem
from desktop.ui.copy_errors import copy_problem
from desktop.ui.key_errors import (
    code_not_allowed,
    code_over,
    code_problem,
    identity_problem,
    keyring_silent,
    pairing_problem,
    paper_problem,
    share_problem,
    wrong_code,
)
from desktop.ui.office_errors import Pair, office_problem
from desktop.ui.printing_errors import NoPrinter, PaperRefused
from desktop.ui.text import translate
from protocol.errors import ProtocolError
from protocol.invitations import InvitationMalformed

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CLOSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@dataclass(frozen=True)
class Problem:
    """What happened, and what to do about it."""

    text: str
    remedy: str

    @property
    def whole(self) -> str:
        """Both sentences, for where there is one place for words."""
        return f"{self.text} {self.remedy}"


def sentence(failure: Exception) -> Problem:
    """Return what to tell the person; never fails, whatever it is given."""
    return Problem(*(_known(failure) or _unforeseen()))


def _known(failure: Exception) -> Pair | None:
    if isinstance(failure, SyncError):
        return office_problem(failure)
    if isinstance(failure, services.InvalidInput):
        return _invalid(failure.reason)
    if isinstance(failure, services.RowRefused):
        return row_problem(failure.row_number)
    if (of_copies := copy_problem(failure)) is not None:
        return of_copies
    if isinstance(failure, services.CryptoError):
        return _keys(failure)
    if isinstance(failure, IdentityChanged | IdentityUnknown):
        return identity_problem(is_known=isinstance(failure, IdentityChanged))
    if isinstance(failure, CaseloadError):
        return caseload_problem(failure)
    if isinstance(failure, OSError):
        return _disk(failure.errno)
    plain = _plain()
    return next((plain[kind] for kind in type(failure).__mro__ if kind in plain), None)


def _unforeseen() -> Pair:
    return (
        translate(
            "Problems", "Coffre a rencontré un imprévu\u00a0; ce qui est enregistré est intact."
        ),
        translate("Problems", "Essayez encore\u00a0; si cela revient, prévenez l’informatique."),
    )


def _lease_over() -> Pair:
    return (
        translate(
            "Problems",
            "Cela doit attendre une synchronisation\u00a0: ce poste ne fait plus que lire.",
        ),
        translate("Problems", "Vos brouillons sont gardés\u00a0: synchronisez, puis réessayez."),
    )


def _plain() -> dict[type, Pair]:
    return {
        NoPrinter: (
            translate("Problems", "Aucune imprimante ne répond sur ce poste."),
            translate("Problems", "Enregistrez la feuille en PDF pour l’imprimer plus tard."),
        ),
        PaperRefused: (
            translate("Problems", "L’imprimante n’a rien pris."),
            translate(
                "Problems",
                "Regardez si elle est allumée et reliée à ce poste, puis imprimez de nouveau.",
            ),
        ),
        services.DiskFull: _disk_full(),
        services.ReadOnlyStore: _read_only(),
        services.StoreInUse: (
            translate("Problems", "Coffre est déjà ouvert sur ce poste."),
            translate("Problems", "Revenez à sa fenêtre, ou fermez-la avant d’essayer encore."),
        ),
        services.LeaseOver: _lease_over(),
        services.StandingChanged: (
            translate("Problems", "La version en place vient de changer."),
            translate("Problems", "Relisez les deux versions avant de choisir."),
        ),
        services.NewerStore: _newer(),
        services.DatabaseMissing: (
            translate("Problems", "La clé du coffre est là, mais la base n’est plus à sa place."),
            translate(
                "Problems",
                "Ne recréez rien\u00a0: faites remettre le fichier de la base par l’informatique.",
            ),
        ),
        services.DamagedStore: (
            translate("Problems", "Une partie du fichier de ce coffre est endommagée."),
            translate(
                "Problems",
                "Ne supprimez rien\u00a0: Coffre propose de le réparer, en haut de la fenêtre ou "
                "quand vous le rouvrez.",
            ),
        ),
        services.InterruptedCreation: (
            translate("Problems", "La création du coffre s’était interrompue."),
            translate("Problems", "Rouvrez Coffre\u00a0: elle reprendra où elle en était."),
        ),
        services.StoreBusy: (
            translate("Problems", "Le coffre était occupé, rien n’a été écrit."),
            translate("Problems", "Essayez encore dans un instant."),
        ),
        services.StoreError: (
            translate("Problems", "La base de ce poste n’a pas pu faire ce qui était demandé."),
            translate(
                "Problems", "Essayez encore\u00a0; si cela revient, prévenez l’informatique."
            ),
        ),
        services.NotFound: (
            translate("Problems", "Cet élément n’est plus sur ce poste."),
            translate("Problems", "Revenez à la liste\u00a0: elle est à jour."),
        ),
        services.DossiersChanged: (
            translate("Problems", "Des dossiers sont arrivés ou partis pendant l’aperçu."),
            translate("Problems", "Regardez le nouvel aperçu, puis importez."),
        ),
        services.NotACalendar: (
            translate("Problems", "Ce fichier n’est pas un calendrier que Coffre lit."),
            translate(
                "Problems", "Exportez votre agenda au format ICS, puis choisissez ce fichier."
            ),
        ),
        services.DocumentNotHere: (
            translate("Problems", "Ce document n’est pas encore arrivé en entier."),
            translate("Problems", "Synchronisez, puis ouvrez-le de nouveau."),
        ),
        services.DocumentBroken: (
            translate("Problems", "Ce document n’est pas celui qui a été joint."),
            translate("Problems", "Demandez à la personne qui l’a joint de le joindre encore."),
        ),
        services.NotAllowed: (
            translate("Problems", "Cela revient à une autre personne de l’équipe."),
            translate("Problems", "Demandez-le à son auteur ou à la personne référente."),
        ),
        InvitationMalformed: (
            translate("Problems", "Ce n’est pas une invitation complète."),
            translate(
                "Problems",
                "Recopiez-la en entier\u00a0: le code du Département, puis vingt signes par cinq.",
            ),
        ),
        ProtocolError: (
            translate(
                "Problems", "Un message reçu ne suit pas le format attendu, il a été écarté."
            ),
            translate("Problems", "Rien n’est perdu ici\u00a0: prévenez l’informatique."),
        ),
        BackgroundClosed: (
            translate("Problems", "Coffre est en train de se fermer."),
            translate("Problems", "Rouvrez-le, puis recommencez."),
        ),
        services.KeyringSilent: keyring_silent(),
        MemoryError: _memory(),
    }


def _keys(failure: services.CryptoError) -> Pair:
    if isinstance(failure, services.VaultUnreachable):
        return _disk(failure.errno)
    if isinstance(failure, services.UnusablePassphrase):
        return _unusable(failure.problem.name)
    if isinstance(failure, services.WrongRecoveryKey):
        return paper_problem(failure.problem.name, failure.position)
    if isinstance(failure, services.WrongShare):
        return share_problem(failure.problem.name, failure.position)
    if isinstance(failure, services.WrongCode):
        return wrong_code(failure.left)
    if isinstance(failure, services.UnusableCode):
        return code_problem(failure.problem.name)
    return _vault().get(type(failure)) or (
        translate("Problems", "Un contenu protégé ne s’ouvre pas avec les clés de ce poste."),
        translate("Problems", "Laissez-le en place et prévenez l’informatique."),
    )


def _vault() -> dict[type, Pair]:
    return {
        services.WrongPassphrase: (
            translate("Problems", "Cette phrase de passe n’ouvre pas ce coffre."),
            translate("Problems", "Vérifiez les majuscules et le clavier, puis essayez encore."),
        ),
        services.DamagedHeader: (
            translate("Problems", "L’en-tête du coffre est endommagé, dans ses deux copies."),
            translate(
                "Problems",
                "Ne supprimez rien\u00a0: l’informatique peut le rétablir d’une sauvegarde.",
            ),
        ),
        services.UnsupportedHeader: _newer(),
        services.VaultAlreadyExists: (
            translate("Problems", "Un coffre existe déjà sur ce poste."),
            translate("Problems", "Rouvrez Coffre et entrez sa phrase de passe."),
        ),
        services.VaultNotFound: (
            translate("Problems", "Le coffre n’est plus à sa place sur ce poste."),
            translate(
                "Problems", "Vérifiez que son disque est branché, ou appelez l’informatique."
            ),
        ),
        services.NotEnoughMemory: _memory(),
        services.PairingBroken: pairing_problem(),
        services.QuickUnlockOver: code_over(),
        services.CodeNotAllowed: code_not_allowed(),
        services.BundleBroken: (
            translate("Problems", "Cette clé de secours n’ouvre pas votre identité."),
            translate("Problems", "Vérifiez que le papier est bien le vôtre et le plus récent."),
        ),
    }


def _unusable(problem: str) -> Pair:
    pairs = {
        "TOO_SHORT": (
            translate("Problems", "Cette phrase de passe est trop courte."),
            translate("Problems", "Il faut quinze signes au moins, par exemple quatre mots."),
        ),
        "TOO_LONG": (
            translate("Problems", "Cette phrase de passe est trop longue."),
            translate("Problems", "Gardez moins de cinq cents signes."),
        ),
        "NOT_TEXT": (
            translate("Problems", "Cette phrase de passe contient un signe qui n’existe pas."),
            translate("Problems", "Tapez-la au clavier plutôt que de la coller."),
        ),
    }
    too_easy = (
        translate("Problems", "Cette phrase de passe se devine trop facilement."),
        translate("Problems", "Ajoutez des mots sans lien, ou prenez celle que Coffre propose."),
    )
    return pairs.get(problem, too_easy)


def _disk(number: int | None) -> Pair:
    if number in _FULL:
        return _disk_full()
    if number in _CLOSED:
        return _read_only()
    return (
        translate("Problems", "Le dossier demandé ne répond pas."),
        translate("Problems", "Vérifiez que le disque est branché, puis essayez encore."),
    )


def _disk_full() -> Pair:
    return (
        translate("Problems", "Le disque de ce poste est plein."),
        translate(
            "Problems",
            "Videz la corbeille ou supprimez des fichiers, puis enregistrez encore\u00a0: ce qui "
            "était enregistré est intact, et ce que vous tapez est gardé.",
        ),
    )


def _read_only() -> Pair:
    return (
        translate("Problems", "Ce poste n’a pas le droit d’écrire dans ce dossier."),
        translate("Problems", "Demandez ce droit à l’informatique, puis essayez encore."),
    )


def _newer() -> Pair:
    return (
        translate("Problems", "Ce coffre a été écrit par une version plus récente de Coffre."),
        translate("Problems", "Mettez Coffre à jour\u00a0: rien n’a été modifié."),
    )


def _memory() -> Pair:
    return (
        translate("Problems", "Cet ordinateur manque de mémoire en ce moment."),
        translate("Problems", "Fermez d’autres logiciels, puis essayez encore."),
    )


def _invalid(reason: str) -> Pair:
    known = {
        "missing": (
            translate("Problems", "Ce champ est nécessaire."),
            translate("Problems", "Remplissez-le pour continuer."),
        ),
        "too_long": (
            translate("Problems", "Ce texte est trop long."),
            translate("Problems", "Raccourcissez-le, ou partagez-le entre deux champs."),
        ),
        "closed": (
            translate("Problems", "Ce texte n’est pas encore ouvert sur cet ordinateur."),
            translate("Problems", "Synchronisez\u00a0: il se modifie une fois lu."),
        ),
        "future_date": (
            translate("Problems", "Cette date est dans l’avenir."),
            translate("Problems", "Vérifiez l’année."),
        ),
        "too_old": (
            translate("Problems", "Cette date est trop ancienne."),
            translate("Problems", "Vérifiez l’année."),
        ),
        "not_a_duration": (
            translate("Problems", "Cette durée n’est pas possible."),
            translate("Problems", "Donnez-la en minutes, par exemple 45."),
        ),
        "before_this_one": (
            translate("Problems", "Le prochain rendez-vous tombe avant celui-ci."),
            translate("Problems", "Choisissez une date plus tardive."),
        ),
    }
    other = (
        translate("Problems", "Ce champ ne peut pas être gardé tel quel."),
        translate("Problems", "Corrigez-le, puis enregistrez."),
    )
    return known.get(reason, other)
