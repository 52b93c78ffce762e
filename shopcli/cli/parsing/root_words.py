"""The words at the root of the command line: the heading, the module and the help of each."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One word at the root: the module of its Typer application, and its help."""

    word: str
    module: str
    help: str
    is_group: bool = False
    package: str = "commands"
    """The folder of the module in `shopcli/cli/`."""


TABLE: dict[str, tuple[Entry, ...]] = {
    "Begin": (
        Entry("init", "init", "Make the shop; safe to repeat."),
        Entry("demo", "demo", "The whole story in a throw-away shop."),
        Entry("tui", "tui", "The storefront, full screen."),
        Entry("help", "help", "Help on a topic or a command."),
    ),
    "Buy": (
        Entry("charge", "balances", "Add money to a balance."),
        Entry("balance", "balances", "Show what a user can spend."),
        Entry("transfer", "balances", "Give money to another user."),
        Entry("history", "balances", "Show every change of a balance."),
        Entry("statement", "report", "Show a balance, what changed it, and the balance then."),
        Entry("products", "products", "List what is sold, with exact stock."),
        Entry("claim", "coupons", "Claim one of a limited number of coupons."),
        Entry("coupons", "coupons", "List the coupons a user has claimed."),
        Entry("order", "orders", "Order and pay from the balance."),
        Entry("orders", "orders", "List a user's orders."),
        Entry("receipt", "orders", "Show an order as it was sold."),
        Entry("cancel", "orders", "Cancel an order, once and completely."),
        Entry("top", "top", "Show what sold most."),
    ),
    "Keep shop": (
        Entry("user", "users", "Add and change users.", is_group=True),
        Entry("product", "products", "Add, change and restock products.", is_group=True),
        Entry("coupon", "coupons", "Add and change coupons.", is_group=True),
        Entry("payout", "balances", "Pay a balance out."),
        Entry("adjust", "balances", "Correct a balance."),
        Entry("undo", "undo", "Take back what was booked by mistake."),
        Entry("cash", "cash", "Cash in the drawer that is no member's.", is_group=True),
        Entry("report", "report", "What was sold, came in, is low.", is_group=True),
        Entry("refund", "orders", "Give part of an order back."),
        Entry("close", "closing", "Close the books since the last close."),
        Entry("closing", "closing", "The books that are closed.", is_group=True),
        Entry("import", "import_", "Import files of rows.", is_group=True),
        Entry("export", "export", "Export rows as a file.", is_group=True),
        Entry("run", "run", "Run a script, one command a line."),
        Entry("member", "gate", "Let a member in over ssh, and nobody else.", package="member"),
    ),
    "Deliver": (
        Entry("outbox", "outbox", "Deliveries to the data platform.", is_group=True),
        Entry("platform", "platform", "A receiver to try deliveries against.", is_group=True),
    ),
    "Look after": (
        Entry("verify", "verify", "Check that all balances, stock and totals add up."),
        Entry("doctor", "doctor", "Check this machine and the database."),
        Entry("db", "db", "Back up, restore, move and upgrade the shop.", is_group=True),
        Entry("changes", "changes", "Show who changed what, and why."),
        Entry("config", "config", "Settings of this machine.", is_group=True),
        Entry("settings", "settings", "Settings of this shop.", is_group=True),
    ),
}
"""Every word at the root, by its heading in help."""
