"""The use case that keeps a shop's file as it is before its schema is upgraded."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from shopcli.domain.errors import InvalidInput, ShopExists
from shopcli.domain.moments import system_clock, zone
from shopcli.engine.moving.backing_up import keep_as_it_is, path_of
from shopcli.engine.moving.backup_names import checked_naming, from_here
from shopcli.storage.addresses import SqliteAddress, parse_address
from shopcli.storage.database import connect
from shopcli.storage.schema import making
from shopcli.storage.schema.identity import identify
from shopcli.storage.sqlite import whole_files


def keep_before_upgrade(url: str, file: str) -> str | None:
    """Copy a shop's file, if there is anything to upgrade.

    A path at which no copy can be made is refused in any case, so that it is not found out on the
    day of an upgrade.

    Args:
        url: Path or address of the shop.
        file: Path of the copy; `{date}` and `{time}` in its name are those of the shop's clocks.

    Returns:
        The path; None where there is nothing to upgrade, and no copy was made.

    Raises:
        ShopExists: It is the shop itself.
        InvalidInput: A file is there, it is the address of a server, or has other braces.
        ShopError: What `keep_as_it_is` raises.
    """
    found = making.status(url)
    path, own = _named(url, file), parse_address(url)
    if whole_files.is_there(path):
        if isinstance(own, SqliteAddress) and path.samefile(own.path):
            raise ShopExists(
                "{file} is the shop itself.",
                details={"file": str(path), "reason": "backup_onto_shop"},
            )
        raise InvalidInput(
            "There is a file {file} already.",
            details={"file": str(path), "reason": "upgrade_backup_exists"},
        )
    if found.is_current:
        return None
    keep_as_it_is(url, str(path))
    return str(path)


def _named(url: str, file: str) -> Path:
    """The path of the copy, named as a backup is."""
    given = Path(path_of(from_here(file)))
    try:
        naming = checked_naming(given)
    except InvalidInput as error:
        error.details = {**error.details, "reason": "upgrade_backup_name"}
        raise
    if not naming.is_dated:
        return given
    with closing(connect(url)) as database:
        timezone = identify(database).timezone
    return given.with_name(naming.name(system_clock().astimezone(zone(timezone))))
