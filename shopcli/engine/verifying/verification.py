"""The use case that checks every invariant by the rows of one snapshot; changes nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from shopcli.domain.records import Verification
from shopcli.engine import codes
from shopcli.engine.use_cases import settings
from shopcli.engine.verifying import changes, closings, orders, requests
from shopcli.engine.verifying.findings import check
from shopcli.storage.schema.completeness import Guards, compared_guards
from shopcli.storage.sqlite.whole_files import is_whole
from shopcli.storage.verifying import checks as table
from shopcli.storage.verifying.attempts import attempt

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopcli.domain.records import Check
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session


def verify(runtime: Runtime) -> Verification:
    """Check every invariant of the shop's data and list the violations; repairs nothing.

    It reads all rows and may take up to an hour. The file of SQLite is looked through first.
    """
    with runtime.reading(long=True) as session:
        guards = _guards(session)
        # First: what the rows say is worth little where the file is damaged.
        checks = (
            *_of_the_file(session),
            *(
                check(name, _found(session, partial(table.violations, name=name)))
                for name in table.CHECKS
            ),
            *orders.checks(session),
            *requests.checks(session),
            *closings.checks(session),
            *changes.checks(session),
            check("settings_are_valid", _found(session, settings.invalid)),
            check("codes_are_of_products", _found(session, codes.astray)),
            # Codes shared since before schema 0002 are listed but no violation: none can be added.
            replace(check("codes_name_one_product", _found(session, codes.shared)), ok=True),
            check("constraints_and_triggers_exist", guards.missing),
            check("definitions_are_the_releases", guards.changed),
        )
    return Verification(ok=all(check.ok for check in checks), checks=checks)


def _of_the_file(session: Session) -> list[Check]:
    """What SQLite itself finds wrong in a file; a server has tools of its own for that."""
    if session.dialect != "sqlite":
        return []
    return [check("file_is_whole", _found(session, is_whole))]


def _guards(session: Session) -> Guards:
    found: list[Guards] = []
    unread: list[str] = []
    with attempt(session, unread.append):
        found.append(compared_guards(session))
    return found[0] if found else Guards([], unread)


def _found(session: Session, look: Callable[[Session], list[str]]) -> list[str]:
    found: list[str] = []
    with attempt(session, found.append):
        found += look(session)
    return found
