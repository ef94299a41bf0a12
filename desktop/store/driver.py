"""The one door to sqlcipher3 and sqlite-utils.

sqlite-utils takes ``pysqlite3`` before the standard library's module and catches *its* exception
classes; without the alias below ``alter=True`` and six other features silently stop working on
SQLCipher (docs/decisions/0005-store.md). This must run before the first import of sqlite_utils,
so every other module of the store imports both from here.
"""

import sys

import sqlcipher3
import sqlcipher3.dbapi2 as dbapi

sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", dbapi)

from sqlite_utils import Database, Migrations  # noqa: E402  # after the alias, on purpose
from sqlite_utils import utils as _utils  # noqa: E402

if getattr(_utils, "sqlite3", None) is not sqlcipher3:
    raise ImportError("sqlite_utils was imported before desktop.store.driver")

__all__ = ["Database", "Migrations", "dbapi"]
