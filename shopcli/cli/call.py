"""The context of one running command line: its options, its shop, its output.

Every command gets its `Call` from the context; nothing else opens a shop or decides a format.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shopcli.cli import configuration, problems
from shopcli.cli.environment import VARIABLES
from shopcli.cli.formats import Wanted
from shopcli.cli.output import Output
from shopcli.domain.addresses import remote_sslmode
from shopcli.domain.errors import (
    Busy,
    InsufficientBalance,
    Internal,
    InvalidInput,
    NoUser,
    ReadOnly,
    ShopError,
    TryLater,
    UnknownOrder,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from typer._click import Context

    from shopcli import Shop
    from shopcli.cli.output import Unwritable
    from shopcli.cli.problems import Problem
    from shopcli.domain.times.windows import Window
    from shopcli.wording.catalogue import Catalogue

CLOCK_DIFFERENCE_TOLD_SECONDS = 60

_MAKES_A_SHOP = "shop init"

LISTED_FOR_PEOPLE = 50
"""Rows shown to a person where no limit is given; programs get all."""


class Call:
    """The context that a command works in.

    Args:
        argv: The words of the line, for reports.
        settings: Configuration before the options of this line.
        as_json: Whether the line asks for JSON, as far as can be told before it is parsed.
        lend: Gives an open shop for an address, as scripts do; None opens and closes one here.
    """

    def __init__(
        self,
        argv: list[str],
        settings: configuration.Configuration,
        *,
        as_json: bool,
        lend: Callable[[str], AbstractContextManager[Shop]] | None,
    ) -> None:
        self.argv = argv
        self.settings = settings
        self._of_script = settings.given()
        """Options of the run whose line this is; those of the line win."""
        self.as_json = as_json
        self.key: str | None = None
        """Key of the money command that is running; shown if the line is interrupted."""
        self.is_being_read = False
        """Whether its words are still read, so that no command has begun."""
        self.is_answered = False
        """Whether the answer of a money command was written: later failures do not change it."""
        self.is_repeatable = False
        """Whether the command does nothing twice although it has no key."""
        self.output = Output(Wanted(as_json))
        self._wanted = Wanted()
        self._typed_user: str | None = None
        self._lend = lend
        self.delivers = True
        """Whether commands send the event of their own order; else a relay does."""
        self._used: list[tuple[Shop, int]] = []
        """Shops this line has used, each with its `change_count` at that time."""
        self._changed_beside = False
        """Whether it changed what no shop counts: a file, or tables while no shop was open."""
        self._has_used_a_shop = False
        self._has_checked_encryption = False
        self._opened: Shop | None = None

    @staticmethod
    def of(context: Context) -> Call:
        """The call of a Typer context."""
        call = context.find_object(Call)
        if call is None:
            raise Internal("A command ran outside `perform`, which gives it its call.")
        return call

    def take(self, options: dict[str, Any]) -> None:
        """Apply the shared options that a group or command was given, and remove them."""
        self._take_format(options)
        user = options.pop("for_user", None)
        self._typed_user = self._typed_user if user is None else user
        self.settings = self.settings.with_flags(
            {"database": options.pop("database", None), "user": user}
        )

    def _take_format(self, options: dict[str, Any]) -> None:
        """Take how the answer is wanted; a group and its command may each have been told."""
        before = self._wanted
        given = Wanted(
            is_json=options.pop("as_json", False) or before.is_json,
            form=options.pop("answer_form", None),
            times=options.pop("times", None),
            bom=options.pop("bom", False) or before.bom,
        )
        for option, old, new in (
            ("--format", before.form, given.form),
            ("--times", before.times, given.times),
        ):
            if None not in (old, new) and old != new:
                raise InvalidInput(
                    "{option} is given twice, with different values: {values:and}.",
                    details={"option": option, "values": [old, new], "reason": "given_twice"},
                )
        self._wanted = given._replace(
            form=given.form if given.form is not None else before.form,
            times=given.times if given.times is not None else before.times,
        ).checked()
        self.output.wanted = self._wanted
        self.as_json = self.as_json or self._wanted.as_json

    @property
    def wanted(self) -> Wanted:
        """How the answer is wanted, as far as the line says it."""
        return self._wanted

    @property
    def can_ask(self) -> bool:
        """Whether a person can be asked: there is a terminal to ask on, and no JSON is wanted."""
        return not self.as_json and sys.stdin.isatty() and sys.stderr.isatty()

    @contextmanager
    def shop(self) -> Iterator[Shop]:
        """The shop this line is for, open for the length of a `with` block."""
        self.settings.colours()  # a wrong setting is refused before anything is done
        self._has_used_a_shop = True
        if self._lend:
            lent = self._lend(self.settings.database())
        else:
            lent = open_shop(self.address(), self.settings)
        with lent as shop:
            self._opened = shop
            self.watch(shop)
            self.output.exponent, self.output.timezone = shop.exponent, shop.timezone
            self.output.currency = shop.currency
            if self._lend is None:
                self._remark_clock_difference(shop)
            try:
                yield self.bound(shop)
            except InsufficientBalance as error:
                if "reason" not in error.details:  # else nothing is to be charged
                    with suppress(ShopError):  # the refusal stands, whatever is known of it
                        note_charge_max(error, charge_max(shop))
                raise

    def bound(self, shop: Shop) -> Shop:
        """The open shop with the rights of whoever typed the line; at the prompt an operator's."""
        return shop

    @property
    def opened(self) -> Shop:
        """The open shop without any limit: for what the program does by itself after an answer.

        Raises:
            Internal: None is open.
        """
        if self._opened is None:
            raise Internal("No shop is open.")
        return self._opened

    def watch(self, shop: Shop) -> None:
        """Count from here what this line changes in a shop that it has opened itself."""
        self._used.append((shop, shop.change_count))

    def changed(self) -> None:
        """Note a change that no open shop counts: a file that was written, tables made."""
        self._changed_beside = True

    @property
    def has_changed(self) -> bool:
        """Whether this line has changed something, for certain or perhaps."""
        return self._changed_beside or any(
            shop.change_count != before for shop, before in self._used
        )

    def unanswered(self, error: Unwritable) -> ShopError:
        """Make the problem of this line from that of its answer, which could not be written."""
        if not self.has_changed and self.key is None:
            return error
        return problems.unanswered(
            error, self.key, is_done=self.has_changed, is_repeatable=self.is_repeatable
        )

    def interrupted(self, stop: BaseException) -> ShopError:
        """Make the problem of this line, which a signal has ended."""
        # A key may have been used before: only as long as no shop was open is nothing in doubt.
        is_in_doubt = self.key is not None and self._opened is not None
        has_used = self._has_used_a_shop or self.key is not None
        return problems.interrupted(
            self.key,
            answered=self.is_answered,
            changed=self.has_changed,
            unchanged=(self.is_being_read or has_used) and not (is_in_doubt or self.has_changed),
            stop=stop,
        )

    def address(self) -> str:
        """Address of this line's shop; remarks once what others on the way to it could do."""
        address = self.settings.database()
        if not self._has_checked_encryption:
            self._has_checked_encryption = True
            mode = remote_sslmode(address, self.settings.environment)
            if mode is not None:
                from shopcli.cli.way_to_server import weakness  # only to another host

                for what, how in weakness(mode):
                    self.remark_to_operator(f"{what}. {how}. See: shop doctor")
        return address

    def _changed_nothing(self, error: ShopError) -> bool:
        """Whether a line that failed at the database is known to have changed nothing."""
        return (
            isinstance(error, TryLater | ReadOnly)
            and self._has_used_a_shop
            and not self.has_changed
        )

    def _remark_clock_difference(self, shop: Shop) -> None:
        seconds = shop.server_ahead_seconds
        if seconds is not None and abs(seconds) >= CLOCK_DIFFERENCE_TOLD_SECONDS:
            how = "behind" if seconds > 0 else "ahead of"
            self.remark_to_operator(
                f"The clock of this machine is {abs(seconds):,.0f} s {how} the database server's:"
                " coupons, cancellations and reports go by it. See: shop doctor"
            )

    def user(self) -> str:
        """The user this line is for.

        Raises:
            NoUser: Neither the line, the environment nor the configuration file names one.
        """
        user = self.settings.user()
        if user is None:
            raise NoUser("No user was named.")
        return user

    @property
    def names_user(self) -> bool:
        """Whether this line itself has `--user`."""
        return self._typed_user is not None

    @property
    def typed_user(self) -> str | None:
        """The `--user` of this line itself; None where it has none."""
        return self._typed_user

    def check_user(self, owner: str | None, named: str, reason: str) -> None:
        """Refuse a `--user` of this line, not of its script, that names somebody else.

        Args:
            owner: Whose it is that the line names; None is the drawer's.
            named: What it names, as it was typed.
            reason: `other_users_entry` or `other_users_order`.

        Raises:
            InvalidInput: It is not that user's.
        """
        typed = self._typed_user
        if typed is None:
            return
        from shopcli.domain.showing import excerpt  # only where it is typed
        from shopcli.domain.text import checked_identifier

        user = checked_identifier(typed, "user name")
        if user != owner:
            raise InvalidInput(
                "'{value}' is the drawer's, and not of {user}."
                if owner is None
                else "'{value}' is of {owner}, and not of {user}.",
                details={
                    "field": "user",
                    "value": excerpt(named),
                    "owner": owner,
                    "user": user,
                    "reason": reason,
                },
            )

    def new_key(self, given: str | None) -> str:
        """The key of a money command: the one given, else a new one; kept for interrupts."""
        if given is None:
            from shopcli.domain.ids import Ids  # only when a key must be made
            from shopcli.domain.moments import system_clock

            given = Ids(system_clock).new()
        self.key = given
        return given

    def settled(self) -> None:
        """Note that the answer was written: an interrupt after this leaves no doubt."""
        self.key = None
        self.is_answered = True

    def amount(self, text: str) -> int:
        """Parse an amount typed in major units into minor units of the open shop."""
        from shopcli.domain.money import parse_major  # only where an amount is typed

        return parse_major(text, self.output.exponent, self.output.currency)

    def optional_amount(self, text: str | None) -> int | None:
        """As `amount`, for an option that may be left out."""
        return None if text is None else self.amount(text)

    def rows_to_show(self, limit: int | None) -> int | None:
        """How many rows of a list to ask for; None is all."""
        if limit is None and self.output.for_people:
            return LISTED_FOR_PEOPLE
        return limit

    def money(self, amount: int, currency: str) -> str:
        """An amount for a person, with its currency."""
        return f"{self.output.money(amount)} {currency}"

    def remark_list(self, count: int, limit: int | None, *, empty: str) -> None:
        """Remark to a person why a list is empty, or that there may be more rows."""
        if not self.output.for_people:
            return
        if count == 0:
            self.remark(empty)
        elif limit is None and count == LISTED_FOR_PEOPLE:
            self.remark(f"{count} rows shown; more with --limit N.")

    def remark_unchanged(self, before: object, after: object) -> None:
        """Remark to a person that a change changed nothing."""
        if before == after:
            self.remark("It was so before; nothing was changed.")

    def remark_overruled(self, name: str) -> None:
        """Remark that a variable, if it is set, wins over the value that was just written."""
        variable = VARIABLES[name]
        if self.settings.environment.get(variable):
            self.remark(f"{variable} is set here and wins.")

    def window(
        self, shop: Shop, since: str | None, until: str | None, on: str | None, month: str | None
    ) -> Window:
        """Parse the window that was typed, and remark what it came to."""
        window = shop.window(since, until, on=on, month=month)
        if window != (None, None):
            exact = self.output.exact_moment
            begins = "" if window.since is None else f" from {exact(window.since)}"
            ends = "" if window.until is None else f" to {exact(window.until)}"
            self.remark(f"window{begins}{ends} ({shop.timezone})")
        return window

    def moment(self, moment: datetime) -> str:
        """A time as a person is shown it."""
        return self.output.moment(moment)

    def remark(self, text: str) -> None:
        """Print a remark, unless `--json` is given; commands in it can be pasted."""
        if not self.as_json:
            problems.remark(self.pasted(text))

    def remark_to_operator(self, text: str) -> None:
        """Print a remark on how the shop is set up, which members are not told."""
        self.remark(text)

    def pasted_elsewhere(self, shop: Shop) -> Callable[[str], str]:
        """What makes the commands in a text mean this shop, in whatever folder they are typed."""
        named = self.settings.named_database()
        if named is None:
            return str
        from shopcli.cli.advice import repeated  # as below
        from shopcli.domain.addresses import display

        # In full, because it may be pasted in another folder.
        given = {"database": shop.url if display(named) == named else named}
        return lambda text: repeated(text, given)

    def pasted(self, text: str) -> str:
        """Add the database and the user of this line to the commands in a text."""
        from shopcli.cli.advice import repeated  # only where something is said

        given = self._given()
        if _MAKES_A_SHOP in text and (named := self.settings.named_database()) is not None:
            # It is to be made where this line looked for it, even if that was set for it alone.
            given.setdefault("database", named)
        return repeated(text, given, names_no_user=self._names_no_user())

    def _given(self) -> dict[str, str]:
        """The database and the user that the line or its script names, as it was typed."""
        from shopcli.cli.advice import line_options

        of_script, given = self._of_script, self.settings.given()
        taken = {name: value for name, value in given.items() if of_script.get(name) != value}
        return {**of_script, **line_options(self.argv), **taken}

    def database_words(self) -> list[str]:
        """The words that name the database again, where the line named it."""
        from shopcli.cli.advice import shown_database

        database = self._given().get("database")
        if database is None:
            return []
        shown = shown_database(database)
        return [f"--db={shown}"] if shown.startswith("-") else ["--db", shown]

    def _names_no_user(self) -> bool:
        try:
            return self.settings.user() is None
        except ShopError:
            return True

    def worded(self, error: ShopError) -> Problem:
        """Put an error into words, with advice that can be pasted and times in the shop's zone.

        With `--json` in English, so that scripts read the same text everywhere.
        """
        from shopcli.domain.facts import filled  # all of this only where something went wrong
        from shopcli.domain.moments import local

        say = self.catalogue.text
        message = error.sentence(say)
        if self._changed_nothing(error):
            message = filled(
                say("{fact}; nothing was changed."), {"fact": message.removesuffix(".")}
            )
        if not self.as_json:
            message = local(message, self.moment)
        return problems.Problem(error, message, self.advice(error))

    def advice(self, error: ShopError) -> str:
        """What to do about an error; commands in it can be pasted."""
        from shopcli.wording.advice import advice  # only where something went wrong

        if (
            isinstance(error, UnknownOrder)
            and "reason" not in error.details
            and self._names_no_user()
        ):
            error.details = {**error.details, "reason": "no_user"}
        if isinstance(error, Busy) and error.details.get("reason") == "wait_max":
            error.details = {**error.details, **self._longer_wait()}
        return self.pasted(advice(error, self.catalogue))

    def _longer_wait(self) -> dict[str, str]:
        """How the wait of this line can be made longer, and where it is set."""
        seconds = round(self.settings.wait_max_seconds())
        longer = max(60, min(2 * seconds, configuration.WAIT_SECONDS_MAX))
        if longer <= seconds:
            return {"reason": "locks"}  # it waited as long as is possible
        variable = VARIABLES["wait_max"]
        is_set = self.settings.environment.get(variable)
        reason = "wait_max_of_variable" if is_set else "wait_max_longer"
        return {"reason": reason, "longer": f"{longer}s", "variable": variable}

    @cached_property
    def catalogue(self) -> Catalogue:
        """Texts in the language of the environment; English with `--json`."""
        from shopcli.wording.catalogue import ENGLISH, Catalogue  # only where something is said

        return ENGLISH if self.as_json else Catalogue.of(self.settings.environment)


def instant(
    shop: Shop, text: str | None, *, ends: bool = False, ago: bool = False
) -> datetime | None:
    """Parse a typed time, as `Shop.moment` does; None stays None, an empty text is refused."""
    return None if text is None else shop.moment(text, ends=ends, ago=ago)


def open_shop(address: str, settings: configuration.Configuration) -> Shop:
    """Open the shop at an address with the settings of the command line."""
    from shopcli import Shop  # the engine is loaded once a command needs it

    return Shop.open(address, channel="cli", wait_max=settings.wait_max_seconds())


def charge_max(shop: Shop) -> int | None:
    """The largest charge that a shop takes, in minor units; None where all are taken."""
    text = shop.settings()["charge_max"]
    if text is None:
        return None
    from shopcli.domain.money import parse_major  # only where there is such a setting

    return parse_major(text, shop.exponent, shop.currency)


def note_charge_max(error: InsufficientBalance, most: int | None) -> None:
    """Note the largest charge where what is missing is more: one charge cannot add it."""
    is_to_charge = "reason" not in error.details
    if is_to_charge and most is not None and error.details["missing"] > most:
        error.details = {**error.details, "charge_max": most, "reason": "above_charge_max"}


def see(command: str) -> dict[str, str]:
    """Details of a refusal whose advice is a help text."""
    return {"see": command, "reason": "usage"}


def like(example: str) -> dict[str, str]:
    """Details of a refusal whose advice is an example."""
    return {"example": example, "reason": "example"}


def one_of(otherwise: Mapping[str, str], **given: object) -> None:
    """Refuse unless exactly one of these was given; names in capitals are arguments.

    Args:
        otherwise: More details of the refusal.
        given: Values by the names of their options.

    Raises:
        InvalidInput: None or several of them are set.
    """
    chosen = [name for name, value in given.items() if value is not None and value is not False]
    if len(chosen) != 1:
        raise InvalidInput(
            "Give exactly one of {names:or}.",
            details={"given": chosen, "names": [_as_typed(name) for name in given], **otherwise},
        )


def at_most_one_of(otherwise: Mapping[str, str], **given: object) -> None:
    """Refuse if several of these options were given.

    Args:
        otherwise: More details of the refusal.
        given: Values by the names of the options.

    Raises:
        InvalidInput: More than one of them is set.
    """
    chosen = [name for name, value in given.items() if value is not None and value is not False]
    if len(chosen) > 1:
        raise InvalidInput(
            "{names:and} contradict each other.",
            details={"given": chosen, "names": [_as_typed(name) for name in chosen], **otherwise},
        )


def _as_typed(name: str) -> str:
    return name if name.isupper() else f"--{name.replace('_', '-')}"


COMPARED_NAMES_MAX = 10_000
"""Most existing names that a new one is compared with."""


def remark_lookalikes(call: Call, name: str, others: Iterable[str]) -> None:
    """Remark which existing names look like a new one."""
    from shopcli.domain.lookalikes import lookalikes  # only where something is added

    for other in lookalikes(name, others):
        call.remark(f"{name} looks like {other}, which is another.")
