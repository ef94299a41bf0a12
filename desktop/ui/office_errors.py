"""What the window says when the laptop and the office could not agree."""

from enum import Enum

from desktop.sync import errors as sync
from desktop.sync.errors import (
    AddressReason,
    InvitationReason,
    OfflineReason,
    ReplyFault,
    StrangerReason,
    TrustReason,
)
from desktop.ui.text import number, translate

Pair = tuple[str, str]
"""What happened, and what to do."""


def office_problem(failure: sync.SyncError) -> Pair | None:
    """Return the sentence and the remedy for one refusal or one silence of the office."""
    reason = getattr(failure, "reason", None)
    if isinstance(failure, sync.MassRemoval):
        return _mass_removal(failure)
    if isinstance(failure, sync.Refused) and failure.is_unknown:
        return _forgotten()
    if isinstance(reason, Enum):
        return _by_reason().get((type(failure), reason))
    return _by_type().get(type(failure))


def _by_reason() -> dict[tuple[type, Enum], Pair]:
    tables: dict[type, dict[Enum, Pair]] = {
        sync.Offline: _offline(),
        sync.AddressRefused: _address(),
        sync.NotTheOffice: _stranger(),
        sync.UntrustedServer: _trust(),
        sync.InvitationRefused: _invitation(),
        sync.BadReply: _reply(),
    }
    return {
        (kind, reason): pair for kind, table in tables.items() for reason, pair in table.items()
    }


def _offline() -> dict[Enum, Pair]:
    later = translate(
        "Problems", "Continuez\u00a0: tout reste enregistré ici et partira avec le réseau."
    )
    return {
        OfflineReason.NAME_UNKNOWN: (
            translate("Problems", "L’adresse du serveur ne se trouve pas d’ici."),
            translate("Problems", "Vérifiez le réseau\u00a0; sinon, vérifiez l’adresse."),
        ),
        OfflineReason.NO_ROUTE: (translate("Problems", "Ce poste est hors réseau."), later),
        OfflineReason.REFUSED: (
            translate("Problems", "Le serveur est joignable, mais Coffre n’y répond pas."),
            translate(
                "Problems", "Essayez plus tard\u00a0; si cela dure, prévenez l’informatique."
            ),
        ),
        OfflineReason.TIMEOUT: (
            translate("Problems", "Le serveur n’a pas répondu à temps."),
            translate("Problems", "Rapprochez-vous d’un meilleur réseau, ou essayez plus tard."),
        ),
        OfflineReason.DROPPED: (
            translate("Problems", "La liaison a été coupée en route."),
            translate("Problems", "Rien n’est perdu\u00a0: la suite partira au prochain essai."),
        ),
        OfflineReason.PROXY: (
            translate("Problems", "Le relais réseau (proxy) du Département ne laisse pas passer."),
            translate("Problems", "Demandez à l’informatique de vérifier le réglage du proxy."),
        ),
    }


def _address() -> dict[Enum, Pair]:
    copy = translate("Problems", "Recopiez l’adresse donnée avec votre invitation.")
    return {
        AddressReason.EMPTY: (translate("Problems", "L’adresse du serveur est vide."), copy),
        AddressReason.NOT_HTTPS: (
            translate("Problems", "Cette adresse ne protège pas les échanges."),
            translate(
                "Problems", "Elle doit commencer par https://, ou s’écrire sans rien devant."
            ),
        ),
        AddressReason.PORT: (
            translate("Problems", "Le nombre après les deux-points n’est pas un port."),
            translate("Problems", "Retirez-le, ou recopiez-le tel qu’il vous a été donné."),
        ),
        AddressReason.PATH: (
            translate("Problems", "L’adresse va plus loin que le nom du serveur."),
            translate("Problems", "Gardez seulement ce qui vient avant la barre oblique."),
        ),
        AddressReason.CREDENTIALS: (
            translate("Problems", "Cela ressemble à une adresse de courriel."),
            translate("Problems", "Il faut l’adresse du serveur, sans «\u00a0@\u00a0»."),
        ),
        AddressReason.UNREADABLE: (
            translate("Problems", "Cette adresse de serveur est illisible."),
            copy,
        ),
    }


def _stranger() -> dict[Enum, Pair]:
    portal = translate(
        "Problems", "Sur un Wi-Fi public, ouvrez d’abord sa page d’accueil dans un navigateur."
    )
    address = translate("Problems", "Vérifiez l’adresse du serveur avec l’informatique.")
    return {
        StrangerReason.REDIRECTED: (
            translate("Problems", "Le réseau renvoie vers une autre page que le serveur."),
            portal,
        ),
        StrangerReason.NOT_TLS: (
            translate("Problems", "Ce qui répond à cette adresse ne chiffre pas les échanges."),
            portal,
        ),
        StrangerReason.NOT_HTTP: (
            translate("Problems", "Ce qui répond à cette adresse n’est pas un serveur Coffre."),
            address,
        ),
        StrangerReason.NOT_JSON: (
            translate("Problems", "Une page web a répondu à la place du serveur."),
            portal,
        ),
        StrangerReason.WRONG_HELLO: (
            translate("Problems", "Un autre service a répondu à la place du serveur Coffre."),
            address,
        ),
        StrangerReason.OTHER_SERVER: (
            translate("Problems", "Ce serveur n’est pas celui que ce poste connaît."),
            translate("Problems", "Rien n’a été envoyé\u00a0: prévenez l’informatique."),
        ),
    }


def _trust() -> dict[Enum, Pair]:
    nothing = translate("Problems", "Rien n’a été envoyé\u00a0: prévenez l’informatique.")
    clock = translate("Problems", "Vérifiez la date et l’heure de cet ordinateur.")
    return {
        TrustReason.UNKNOWN_AUTHORITY: (
            translate("Problems", "Le certificat du serveur vient d’une autorité inconnue."),
            nothing,
        ),
        TrustReason.EXPIRED: (
            translate("Problems", "Le certificat du serveur n’est plus valable."),
            nothing,
        ),
        TrustReason.NOT_YET_VALID: (
            translate("Problems", "Le certificat du serveur n’est pas encore valable."),
            clock,
        ),
        TrustReason.WRONG_HOST: (
            translate("Problems", "Le certificat est celui d’un autre serveur."),
            translate("Problems", "Vérifiez l’adresse\u00a0; rien n’a été envoyé."),
        ),
        TrustReason.CLOCK: (
            translate("Problems", "La date de cet ordinateur semble fausse."),
            translate("Problems", "Mettez l’ordinateur à l’heure, puis essayez encore."),
        ),
        TrustReason.OLD_TLS: (
            translate("Problems", "Le serveur ne propose qu’un chiffrement trop ancien."),
            nothing,
        ),
        TrustReason.HANDSHAKE: (
            translate("Problems", "La liaison protégée avec le serveur n’a pas pu s’établir."),
            translate("Problems", "Essayez sur un autre réseau, ou prévenez l’informatique."),
        ),
        TrustReason.AUTHORITY_FILE: (
            translate("Problems", "Le fichier de l’autorité du Département manque sur ce poste."),
            translate("Problems", "Demandez à l’informatique de le réinstaller."),
        ),
    }


def _invitation() -> dict[Enum, Pair]:
    another = translate("Problems", "Demandez-en une autre à la personne qui vous l’a remise.")
    return {
        InvitationReason.UNKNOWN: (
            translate("Problems", "Le serveur ne connaît pas cette invitation."),
            translate("Problems", "Relisez-la signe par signe, ou demandez-en une autre."),
        ),
        InvitationReason.USED: (
            translate("Problems", "Cette invitation a déjà servi."),
            another,
        ),
        InvitationReason.EXPIRED: (
            translate("Problems", "Cette invitation a plus de vingt-quatre heures."),
            another,
        ),
        InvitationReason.NOT_HERS: (
            translate("Problems", "Cette invitation est au nom de quelqu’un d’autre."),
            translate(
                "Problems",
                "Rien n’a changé, ni ici ni au bureau\u00a0: demandez-en une à votre nom.",
            ),
        ),
        InvitationReason.IDENTITY_DIFFERS: (
            translate("Problems", "Vous avez déjà des clés, et ce poste en a fait d’autres."),
            translate("Problems", "Appelez l’informatique avant d’aller plus loin."),
        ),
    }


def _reply() -> dict[Enum, Pair]:
    update = translate(
        "Problems", "Essayez plus tard\u00a0; si cela dure, prévenez l’informatique."
    )
    unusable = translate("Problems", "La réponse du serveur est inutilisable, elle a été écartée.")
    return {
        ReplyFault.TOO_LARGE: (
            translate("Problems", "La réponse du serveur est démesurée, elle a été écartée."),
            update,
        ),
        ReplyFault.DAMAGED: (
            translate("Problems", "La réponse du serveur est arrivée abîmée."),
            translate("Problems", "Rien n’est perdu\u00a0: essayez encore dans un instant."),
        ),
        ReplyFault.ENCODING: (unusable, update),
        ReplyFault.UNREADABLE: (unusable, update),
        ReplyFault.MALFORMED: (unusable, update),
        ReplyFault.STATUS: (
            translate("Problems", "Le serveur a donné une réponse inattendue."),
            update,
        ),
    }


def _forgotten() -> Pair:
    return (
        translate("Problems", "Le bureau ne connaît plus ce poste\u00a0; rien n’est perdu."),
        translate(
            "Problems",
            "Demandez une nouvelle invitation à l’informatique, puis saisissez-la à la page "
            "Synchronisation.",
        ),
    )


def _mass_removal(failure: sync.MassRemoval) -> Pair:
    asked = translate(
        "Problems", "Le serveur demande de retirer {0} de vos {1} dossiers de ce poste."
    )
    return (
        asked.format(number(failure.dossiers), number(failure.held)),
        translate(
            "Problems",
            "Rien n’est retiré sans votre accord\u00a0; dans le doute, prévenez l’informatique.",
        ),
    )


def _by_type() -> dict[type, Pair]:
    wait = translate("Problems", "Continuez\u00a0: Coffre essaiera encore de lui-même.")
    update = translate("Problems", "Demandez la mise à jour à l’informatique.")
    itself = translate("Problems", "Coffre s’en occupe à la prochaine synchronisation.")
    return {
        sync.Busy: (translate("Problems", "Le serveur demande un peu de patience."), wait),
        sync.OfficeTroubled: (translate("Problems", "Le serveur est en difficulté."), wait),
        sync.Cancelled: (
            translate("Problems", "L’échange s’est arrêté à votre demande."),
            translate("Problems", "Ce qui était déjà parti est bien arrivé."),
        ),
        sync.Revoked: (
            translate("Problems", "Le Département a retiré ce poste."),
            translate("Problems", "Appelez l’informatique avant toute autre chose."),
        ),
        sync.Refused: (
            translate("Problems", "Le serveur ne reconnaît pas ce poste."),
            translate("Problems", "Essayez encore\u00a0; si cela dure, prévenez l’informatique."),
        ),
        sync.ClientTooOld: (
            translate(
                "Problems",
                "Ce Coffre est trop ancien pour recevoir\u00a0; vos envois partent toujours.",
            ),
            update,
        ),
        sync.OfficeTooOld: (
            translate("Problems", "Le serveur est trop ancien pour ce Coffre."),
            translate(
                "Problems", "Prévenez l’informatique\u00a0; vous pouvez continuer hors réseau."
            ),
        ),
        sync.EpochChanged: (
            translate("Problems", "Le serveur a été rétabli depuis une sauvegarde."),
            itself,
        ),
        sync.OpGap: (
            translate("Problems", "Le serveur n’a pas encore tout reçu de ce poste."),
            itself,
        ),
        sync.LaptopBehind: (
            translate("Problems", "Ce poste est revenu à un état ancien, ou il a été copié."),
            translate(
                "Problems", "Gardez-le tel quel et appelez l’informatique\u00a0: rien n’est perdu."
            ),
        ),
        sync.RequestRejected: (
            translate("Problems", "Le serveur n’a pas compris un envoi de ce poste."),
            translate("Problems", "Rien n’est perdu ici\u00a0: prévenez l’informatique."),
        ),
    }
