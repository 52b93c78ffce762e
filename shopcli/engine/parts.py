"""The parts of the facade: `shop.outbox`, `shop.browsing`, `shop.exports` and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.engine.facade import Facade, UseCases, verb

if TYPE_CHECKING:
    from shopcli.engine import journal, usual
    from shopcli.engine.imports import importing
    from shopcli.engine.moving import backing_up, copying, retiring
    from shopcli.engine.use_cases import (
        balances,
        browsing,
        exports,
        logins,
        maintenance,
        outbox,
        statements,
        users,
    )
    from shopcli.engine.use_cases.deliveries import Deliveries
else:
    (
        balances,
        browsing,
        exports,
        journal,
        logins,
        maintenance,
        outbox,
        importing,
        copying,
        backing_up,
        retiring,
        statements,
        users,
        usual,
    ) = map(
        UseCases,
        (
            "use_cases.balances",
            "use_cases.browsing",
            "use_cases.exports",
            "journal",
            "use_cases.logins",
            "use_cases.maintenance",
            "use_cases.outbox",
            "imports.importing",
            "moving.copying",
            "moving.backing_up",
            "moving.retiring",
            "use_cases.statements",
            "use_cases.users",
            "usual",
        ),
    )


class Outbox(Facade, part="outbox."):
    """The operator's side of deliveries; nothing is sent here."""

    status = verb(outbox.status)
    list = verb(outbox.listing)
    show = verb(outbox.show)
    retryable = verb(outbox.retryable)
    retry = verb(outbox.retry)
    discard = verb(outbox.discard)
    replayable = verb(outbox.replayable)
    replay = verb(outbox.replay)
    hold = verb(outbox.hold)
    resume = verb(outbox.resume)
    prune = verb(outbox.prune)

    @property
    def deliveries(self) -> Deliveries:
        """The relay's side: leases events to be sent and records the results."""
        from shopcli.engine.use_cases.deliveries import Deliveries  # only relays need it

        return Deliveries(self._runtime)


class Browsing(Facade, part="browsing."):
    """Bounded reads for screens that stay open."""

    products = verb(browsing.products)
    named = verb(browsing.named)
    scanned = verb(browsing.scanned)
    categories = verb(browsing.categories)
    low_stock = verb(browsing.low_stock)
    low_stock_mark = verb(browsing.low_stock_mark)
    cancel_within_microseconds = verb(browsing.cancel_within_microseconds)
    goes_to_stock = verb(browsing.goes_to_stock)
    charge_terms = verb(browsing.charge_terms)
    charged = verb(balances.charged)
    called = verb(users.called)
    trend = verb(browsing.trend)
    sold_by = verb(browsing.sold_by)
    booked_by = verb(browsing.booked_by)
    bindings = verb(journal.bindings)
    journal = verb(journal.journal)
    usual = verb(usual.usual)
    is_recorded_before = verb(statements.is_recorded_before)
    revision = verb(browsing.revision)


class Exports(Facade, part="exports."):
    """Writes rows as CSV, TSV or JSON Lines."""

    write = verb(exports.write)
    save = verb(exports.save)


class Imports(Facade, part="imports."):
    """Imports files of rows; every row written has the channel `import`."""

    run = verb(importing.run)


class Maintenance(Facade, part="maintenance."):
    """Facts about the database of an open shop, and moving it to another."""

    facts = verb(maintenance.facts)
    copy_id = verb(maintenance.copy_id)
    clock_difference_seconds = verb(maintenance.clock_difference_seconds)
    shared_codes = verb(maintenance.shared_codes)
    copy = verb(copying.copy)
    back_up = verb(backing_up.back_up)
    unretire = verb(retiring.unretire)
    retired_to = verb(retiring.retired_to)
    grants = verb(logins.grants)
    granted = verb(logins.granted)
    login = verb(logins.login)
