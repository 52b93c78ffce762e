"""The use case that keeps a shop's file as it is before its schema is upgraded."""

from __future__ import annotations

from pathlib import Path

from shopcli.domain.errors import InvalidInput, ShopExists
from shopcli.engine.moving.backing_up import keep_as_it_is, path_of
from shopcli.storage.addresses import SqliteAddress, parse_address
from shopcli.storage.schema import making
from shopcli.storage.sqlite import whole_files


def keep_before_upgrade(url: str, file: str) -> str | None:
    """Copy a shop's file, if there is anything to upgrade.

    A path at which no copy can be made is refused in any case, so that it is not found out on the
    day of an upgrade.

    Args:
        url: Path or address of the shop.
        file: Path of the copy.

    Returns:
        The path; None where there is nothing to upgrade, and no copy was made.

    Raises:
        ShopExists: It is the shop itself.
        InvalidInput: A file is there, or it is the address of a server.
        ShopError: What `keep_as_it_is` raises.
    """
    found = making.status(url)
    path, own = Path(path_of(file)), parse_address(url)
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
    keep_as_it_is(url, file)
    return str(path)
