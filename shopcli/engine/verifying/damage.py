"""Looks, where something failed that never should, whether the shop's file is damaged.

Whatever reads a damaged file may fail anywhere: at a row without the row it refers to, a word that
the shop never writes, a column that has another name. That is no bug of the shop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.errors import Busy, Internal, NotAShop, ShopError

if TYPE_CHECKING:
    from shopcli.storage.database import Database
    from shopcli.storage.session import Session

LOOKING_SECONDS_MAX = 4.0
"""Bound on a look; of a larger file nothing is known by then.

With the DELETE journal nobody can commit meanwhile, and whoever tries gives up after five seconds.
"""


def refuse_if_damaged(database: Database, error: Exception, change_count: int) -> None:
    """Raise what an error means where it should never be raised, and the file is damaged.

    A server looks after its files itself. Where anything was committed meanwhile, the error stays
    what it is: a refusal would say that nothing was.

    Args:
        database: What was used; no transaction of this thread is open.
        error: What was raised; an `OSError` is of some other file, or of a stream.
        change_count: That of the database, before.

    Raises:
        NotAShop: The file is damaged.
    """
    if database.dialect != "sqlite" or database.change_count != change_count:
        return
    if isinstance(error, OSError | ShopError) and not _should_never_be(error):
        return
    from shopcli.storage.sqlite.failures import damaged  # all of this only after such an error

    if found := _found(database):
        meaning = damaged(database.display)
        meaning.details = {**meaning.details, "found": found}
        raise meaning from error


def _should_never_be(error: Exception) -> bool:
    """Whether an error of the shop would be told as a bug, or as races without an end.

    Only one process at a time writes into a file, so hardly a race is lost.
    """
    return isinstance(error, Internal) or (
        isinstance(error, Busy) and error.details.get("reason") == "lost_races"
    )


def _found(database: Database) -> list[str]:
    """What is wrong in a file; nothing where it is whole, or that is not known in time."""
    from shopcli.storage.sqlite import whole_files

    try:
        with database.read() as session, whole_files.at_most(session, LOOKING_SECONDS_MAX):
            return _looked(session)
    except NotAShop as error:
        return [str(error)] if error.details.get("reason") == "damaged_file" else []
    except ShopError:
        return []
    except Exception as error:  # noqa: BLE001  # in a sound file none of these looks fails
        return [] if whole_files.was_cut(error) else [f"{type(error).__name__}: {error}"]


def _looked(session: Session) -> list[str]:
    """What the looks find, the quick ones first; one that finds something is enough."""
    from shopcli.engine.verifying import closings
    from shopcli.storage.schema.completeness import broken_guards  # loads SQLAlchemy
    from shopcli.storage.schema.identity import SCHEMA_VERSION, stored_version
    from shopcli.storage.sqlite import whole_files

    found = list[str]()
    if stored_version(session) == SCHEMA_VERSION:
        found = broken_guards(session) or closings.unreadable(session)
    return found or whole_files.broken_references(session) or whole_files.is_whole(session)
