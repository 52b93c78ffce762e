"""One command line being carried out: what it was given, its shop, its answer.

Every command gets its `Call` from the context; nothing else opens a shop or decides a format.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shopcli.cli import configuration, problems
from shopcli.cli.output import Output
from shopcli.domain.addresses import remote_sslmode
from shopcli.domain.errors import Internal, InvalidInput, NoUser, ReadOnly, ShopError, TryLater

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    from typer._click import Context

    from shopcli import Shop

CLOCK_DIFFERENCE_TOLD_SECONDS = 60

OPEN_WAY = "What goes to the database server may be read on its way: no sslmode is named"
HOW_TO_CLOSE_THE_WAY = "Add sslmode=verify-full to the address, or at least sslmode=require"

LISTED_FOR_PEOPLE = 50
"""Rows of a growing list that a person is shown when no limit is given; programs get all."""


class Call:
    """What one command line works with.

    Args:
        argv: The words of the line, for reports.
        settings: Configuration before the options of this line.
        as_json: `--json` stands anywhere on the line.
        lend: Opens the shop at an address; scripts lend one that is already open. None: opened
            here.
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
        self.as_json = as_json
        self.key: str | None = None
        """Key of the money command that is running: it must be told if the line is interrupted."""
        self.is_answered = False
        """Whether the answer of a money command is out: nothing that follows can change it."""
        self.output = Output(as_json=as_json)
        self._lend = lend
        self._used: list[tuple[Shop, int]] = []
        """Shops this line has used, with how many changes their databases had counted before."""
        self._has_used_a_shop = False
        self._has_looked_at_the_way = False

    @staticmethod
    def of(context: Context) -> Call:
        """The call a command is part of."""
        call = context.find_object(Call)
        if call is None:
            raise Internal("A command ran outside `perform`, which gives it its call.")
        return call

    def take(self, options: dict[str, Any]) -> None:
        """Take what a group or command was given for everyone's options."""
        if options.pop("as_json", False):
            self.as_json = self.output.as_json = True
        self.settings = self.settings.with_flags(
            {"database": options.pop("database", None), "user": options.pop("for_user", None)}
        )

    @contextmanager
    def shop(self) -> Iterator[Shop]:
        """The shop this line is about, open for the length of a `with` block."""
        self.settings.colours()  # refused before anything is done, as is each other setting
        self._has_used_a_shop = True
        if self._lend:
            lent = self._lend(self.settings.database())
        else:
            lent = open_shop(self.address(), self.settings)
        with lent as shop:
            self._used.append((shop, shop.change_count))
            self.output.exponent, self.output.timezone = shop.exponent, shop.timezone
            self.output.currency = shop.currency
            if self._lend is None:
                self._tell_of_clock(shop)
            yield shop

    def address(self) -> str:
        """Where this line's shop is; tells a person once if the way there is open to others."""
        address = self.settings.database()
        if not self._has_looked_at_the_way:
            self._has_looked_at_the_way = True
            if remote_sslmode(address, self.settings.environment) == "":
                self.remark(f"{OPEN_WAY}. {HOW_TO_CLOSE_THE_WAY}. See: shop doctor")
        return address

    def with_outcome(self, error: ShopError) -> ShopError:
        """The error, saying that nothing was changed where the whole line is known to."""
        is_certain = self._has_used_a_shop and all(
            shop.change_count == before for shop, before in self._used
        )
        if is_certain and isinstance(error, TryLater | ReadOnly):
            error.message = f"{error.message.removesuffix('.')}; nothing was changed."
        return error

    def _tell_of_clock(self, shop: Shop) -> None:
        seconds = shop.server_ahead_seconds
        if seconds is not None and abs(seconds) >= CLOCK_DIFFERENCE_TOLD_SECONDS:
            how = "behind" if seconds > 0 else "ahead of"
            self.remark(
                f"The clock of this machine is {abs(seconds):,.0f} s {how} the database server's:"
                " coupons, cancellations and reports go by it. See: shop doctor"
            )

    def user(self) -> str:
        """The user this line is about.

        Raises:
            NoUser: Neither the line, the environment nor the configuration file names one.
        """
        user = self.settings.user()
        if user is None:
            raise NoUser(
                "No user was named.",
                fix="Add -u USER, set SHOP_USER, or: shop config set user USER",
            )
        return user

    def new_key(self, given: str | None) -> str:
        """The key of a money command: the one given, else a new one; remembered for interrupts."""
        if given is None:
            from shopcli.domain.ids import Ids  # only when a key must be made
            from shopcli.domain.moments import system_clock

            given = Ids(system_clock).new()
        self.key = given
        return given

    def settled(self) -> None:
        """Note that the answer was written: an interrupt from here on leaves no doubt."""
        self.key = None
        self.is_answered = True

    def amount(self, text: str) -> int:
        """An amount typed in major units, in minor units of the shop that is open."""
        from shopcli.domain.money import parse_major  # only where an amount is typed

        return parse_major(text, self.output.exponent, self.output.currency)

    def optional_amount(self, text: str | None) -> int | None:
        """As `amount`, for an option that may be left out."""
        return None if text is None else self.amount(text)

    def rows_to_show(self, limit: int | None) -> int | None:
        """How many rows of a growing list to ask for."""
        if limit is None and self.output.for_people:
            return LISTED_FOR_PEOPLE
        return limit

    def money(self, amount: int, currency: str) -> str:
        """An amount for a person, with its currency."""
        return f"{self.output.money(amount)} {currency}"

    def remark_list(self, count: int, limit: int | None, *, empty: str) -> None:
        """Tell a person why a list is empty, or that it may go on; programs are told nothing."""
        if not self.output.for_people:
            return
        if count == 0:
            self.remark(empty)
        elif limit is None and count == LISTED_FOR_PEOPLE:
            self.remark(f"{count} rows shown; more with --limit N.")

    def remark_unchanged(self, before: object, after: object) -> None:
        """Tell a person that a change changed nothing."""
        if before == after:
            self.remark("It was so before; nothing was changed.")

    def moment(self, moment: datetime) -> str:
        """A time for a person."""
        return self.output.moment(moment)

    def remark(self, text: str) -> None:
        """Tell a person something that is not the answer; commands in it can be pasted."""
        if not self.as_json:
            problems.remark(self.pasted(text))

    def pasted(self, text: str) -> str:
        """A text whose commands carry the database and the user that this line was given."""
        from shopcli.cli.advice import line_options, repeated  # only where something is said

        return repeated(text, {**line_options(self.argv), **self.settings.given()})

    def _names_no_user(self) -> bool:
        try:
            return self.settings.user() is None
        except ShopError:
            return True

    def advised(self, error: ShopError) -> ShopError:
        """An error whose advice can be pasted, and whose times a person can read."""
        from shopcli.domain.moments import local  # only where something went wrong

        if error.fix == "See yours: shop orders" and self._names_no_user():
            error.fix = "See all: shop orders --all"
        error.fix = self.pasted(error.fix)
        if not self.as_json:
            error.message = local(error.message, self.moment)
        return error


def instant(shop: Shop, text: str | None, *, ends: bool = False) -> datetime | None:
    """A time that was typed, in the shop's zone; None where none was, not where it is empty.

    Where something ends, a date alone is the last microsecond of that day.
    """
    return None if text is None else shop.moment(text, ends=ends)


def open_shop(address: str, settings: configuration.Configuration) -> Shop:
    """Open the shop at an address, for the command line."""
    from shopcli import Shop  # the engine is loaded once a command needs it

    return Shop.open(address, channel="cli", wait_max=settings.wait_max_seconds())


def one_of(fix: str, **given: object) -> None:
    """Refuse unless exactly one of these was given; a name in capitals is an argument's.

    Raises:
        InvalidInput: None or several of them are set.
    """
    chosen = [name for name, value in given.items() if value is not None and value is not False]
    if len(chosen) != 1:
        names = " or ".join(map(_as_typed, given))
        raise InvalidInput(f"Give exactly one of {names}.", fix=fix, details={"given": chosen})


def at_most_one_of(fix: str, **given: object) -> None:
    """Refuse if several of these options were given.

    Raises:
        InvalidInput: More than one of them is set.
    """
    chosen = [name for name, value in given.items() if value is not None and value is not False]
    if len(chosen) > 1:
        names = " and ".join(map(_as_typed, chosen))
        raise InvalidInput(f"{names} contradict each other.", fix=fix, details={"given": chosen})


def _as_typed(name: str) -> str:
    return name if name.isupper() else f"--{name.replace('_', '-')}"


LOOKED_AT_MAX = 10_000
"""Names that a new one is compared with; of a larger shop the first so many."""


def remark_lookalikes(call: Call, name: str, others: Iterable[str]) -> None:
    """Say which names a person may take a new one for."""
    from shopcli.domain.lookalikes import lookalikes  # only where something is added

    for other in lookalikes(name, others):
        call.remark(f"{name} looks like {other}, which is another.")
