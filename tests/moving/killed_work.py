"""Run as a process: copies, backs up or upgrades a shop in children that may kill themselves.

The words of a task are `{"work", "url"}` and those of the work; see `tests.forked`.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from shopcli import Shop
from shopcli.engine.moving import backing_up, copying, retiring
from shopcli.storage.bulk import whole_tables
from shopcli.storage.schema import making, retirement
from shopcli.storage.sqlite import whole_files
from tests.forked import Fuse, serve


def _copy(words: dict[str, Any], fuse: Fuse) -> None:
    for owner, name in (
        (making, "_migrate"),
        (whole_tables, "write"),
        (copying, "add_copy"),
        (copying, "analyze"),
        (copying, "_compare"),
        (copying, "_verified"),
        (retirement, "retire"),
        (retiring, "retire"),
    ):
        fuse.guard(owner, name)
    with Shop.open(words["url"]) as shop:
        shop.maintenance.copy(words["to"], then_retire=words["retire"], progress=fuse.burn)


def _back_up(words: dict[str, Any], fuse: Fuse) -> None:
    for owner, name in (
        (whole_files, "_flush"),
        (whole_files, "make_file"),
        (backing_up, "make_another_copy"),
        (whole_files, "is_whole"),
    ):
        fuse.guard(owner, name)
    with Shop.open(words["url"]) as shop:
        shop.maintenance.back_up(words["file"], force=True, progress=fuse.burn)


def _upgrade(words: dict[str, Any], fuse: Fuse) -> None:
    sa.event.listen(sa.Engine, "before_cursor_execute", fuse.burn)
    making.upgrade(words["url"])


WORKS = {"copy": _copy, "backup": _back_up, "upgrade": _upgrade}

if __name__ == "__main__":
    serve(lambda words, fuse: WORKS[words["work"]](words, fuse))
