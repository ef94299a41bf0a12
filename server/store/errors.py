"""What can be wrong with the database.

::

    StoreError
    ├── DatabaseUnavailable   no answer, or none in time: try again later
    ├── TablesBusy            somebody reads or holds what is to be written anew: later
    ├── DiskFull              no room for what is to be written anew
    ├── PostgresTooOld        the administrator upgrades PostgreSQL
    ├── DatabaseTooNew        the administrator installs the newer Coffre
    ├── MigrationChanged      a released migration was edited: a packaging fault
    └── EmbeddedFailed        the PostgreSQL that travels with Coffre did not start

Each carries one French sentence for the operator, and never a value from the database.
"""


class StoreError(Exception):
    """The database cannot be used as it is."""

    sentence = "La base de données ne peut pas être utilisée."


class DatabaseUnavailable(StoreError):
    """PostgreSQL did not answer."""

    sentence = "PostgreSQL ne répond pas ; vérifiez l’adresse, le service et les droits."


class TablesBusy(StoreError):
    """Somebody holds a table, or reads since before what was removed from it."""

    sentence = "Une sauvegarde ou une longue lecture de la base est en cours."


class DiskFull(StoreError):
    """PostgreSQL has no room left."""

    sentence = "La place manque sur le disque de PostgreSQL."


class PostgresTooOld(StoreError):
    """PostgreSQL is older than what Coffre relies on."""

    sentence = "Coffre demande PostgreSQL 15 ou plus récent."


class DatabaseTooNew(StoreError):
    """A newer Coffre has already changed this database."""

    sentence = (
        "Cette base a été créée par une version plus récente de Coffre ; installez cette version."
    )


class MigrationChanged(StoreError):
    """A migration that was applied is not the one in this package."""

    sentence = (
        "Cette base ne correspond pas à cette version de Coffre ; "
        "réinstallez le paquet d’origine avant de continuer."
    )


class EmbeddedFailed(StoreError):
    """The embedded PostgreSQL did not start."""

    sentence = (
        "Le PostgreSQL fourni avec Coffre n’a pas démarré ; "
        "vérifiez la place disponible et les droits du dossier de données, dont le chemin ne "
        "doit pas contenir d’espace."
    )
