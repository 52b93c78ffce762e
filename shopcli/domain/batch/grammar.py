r"""Grammar of imported rows: kinds, columns and cells. Pure: reads no file and no database.

The value of a cell is `LEAVE` (the cell is empty), `CLEAR` (typed `\N`: delete the stored value),
or a checked value as the database stores it: minor units, microseconds, or a canonical text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from types import EllipsisType, MappingProxyType
from typing import TYPE_CHECKING, Literal

from shopcli.domain.barcodes import as_read, checked_barcode, is_rounded
from shopcli.domain.couponing import VALID_DAYS_MAX
from shopcli.domain.errors import CurrencyMismatch, InvalidInput
from shopcli.domain.ledger.accounts import checked_method
from shopcli.domain.moments import parse_moment, to_microseconds
from shopcli.domain.money import AMOUNT_MAX, checked_amount, meant_amount, parse_major
from shopcli.domain.showing import excerpt
from shopcli.domain.text import (
    REASON_LENGTH_MAX,
    checked_code,
    checked_identifier,
    checked_key,
    checked_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Kind = Literal["products", "users", "charges", "claims", "coupons", "orders"]
KINDS: tuple[Kind, ...] = ("products", "users", "charges", "claims", "coupons", "orders")

Value = str | int | None | EllipsisType
LEAVE = None
CLEAR = ...
CLEAR_TEXT = "\\N"

_COUNT = re.compile(r"[0-9]{1,16}")
_FLAGS = {"true": 1, "false": 0, "1": 1, "0": 0, "yes": 1, "no": 0}
COLUMN_COUNT_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column: how its cells are parsed, and whether they are required or can be cleared."""

    name: str
    form: str
    """sku, barcode, user, code, key, text, reason, method, amount, count, moment, flag or
    currency."""
    required: bool = False
    clearable: bool = False
    least: int = 0
    most: int = AMOUNT_MAX
    ends: bool = False
    """The time is an end: a date without a time means the last microsecond of that day."""


def _nothing_is_known(_form: str, _text: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Grammar:
    """The rules for the rows of one file.

    Attributes:
        kind: The kind of the rows.
        columns: All columns, in the order of a row's values; the first identifies the row, or the
            order that the row is a line of.
        exponent: Decimals of the shop's currency.
        currency: The shop's currency; a `currency` column must hold the same.
        timezone: Time zone of times without an offset.
        changes_existing: Whether rows may change existing things, and leave cells empty that stay
            unchanged.
        is_known: Whether the shop has this SKU or user (form, text); called only for texts that
            look rounded by a spreadsheet.
    """

    kind: Kind
    columns: tuple[Column, ...]
    exponent: int
    currency: str
    timezone: str
    changes_existing: bool = False
    is_known: Callable[[str, str], bool] = _nothing_is_known

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


_KEY = Column("key", "key", required=True)
_USER = Column("user", "user", required=True)
_COLUMNS: Mapping[Kind, tuple[Column, ...]] = MappingProxyType(
    {
        "products": (
            Column("sku", "sku", required=True),
            Column("name", "text", required=True),
            Column("price", "amount", required=True),
            Column("stock", "count"),
            Column("category", "text", clearable=True),
            Column("barcode", "barcode", clearable=True),
            Column("low_stock", "count", clearable=True),
            Column("on_sale", "flag"),
        ),
        "users": (_USER, Column("name", "text", clearable=True)),
        "charges": (
            _KEY,
            _USER,
            Column("amount", "amount", required=True, least=1),
            Column("at", "moment"),
            Column("method", "method"),
            Column("reason", "reason"),
        ),
        "claims": (
            _KEY,
            _USER,
            Column("coupon", "code", required=True),
            Column("at", "moment"),
            # The order that used the coupon. Only the shop knows whether the claim exists already.
            Column("_order", "text"),
        ),
        "coupons": (
            Column("code", "code", required=True),
            Column("percent", "count", least=1, most=100),
            Column("amount", "amount", least=1),
            Column("limit", "count", required=True, least=1),
            Column("cap", "amount", least=1),
            Column("min_order", "amount"),
            Column("opens", "moment"),
            Column("closes", "moment", ends=True),
            Column("use_by", "moment", ends=True),
            Column("valid_days", "count", least=1, most=VALID_DAYS_MAX),
        ),
        "orders": (
            _KEY,
            _USER,
            Column("sku", "sku", required=True),
            Column("quantity", "count", required=True, least=1),
            Column("coupon", "code"),
            Column("ordered_at", "moment"),
            Column("unit_price", "amount"),
            Column("discount", "amount"),
        ),
    }
)
BARCODE_PLACE = 5
"""Index of the barcode in the columns of products."""

_NOTHING_GIVEN_BACK = frozenset({"", "0", "0.0", "0.00", "0.000"})
STATES: Mapping[str, Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "orders": {
            "_state": frozenset({"", "paid"}),
            "_refunded_quantity": frozenset({"", "0"}),
            "_refunded": _NOTHING_GIVEN_BACK,
        },
        "users": {"_state": frozenset({"", "active"})},
        "coupons": {"_disabled": frozenset({"", "false"})},
    }
)
"""Values of an export's state columns with which an import reproduces the row completely."""

CURRENCY_COLUMN = Column("currency", "currency")
"""Allowed in every file and compared with the shop's currency; exports write it with amounts."""

_ROUNDABLE = frozenset({"sku", "user", "key"})
_LEAVABLE_ON_EXISTING = {"products": {"name", "price"}, "coupons": {"limit"}}
_HISTORICAL = frozenset({"ordered_at", "unit_price", "discount"})


def grammar(
    kind: Kind,
    *,
    exponent: int,
    currency: str,
    timezone: str,
    changes_existing: bool = False,
    historical: bool = False,
    is_known: Callable[[str, str], bool] = _nothing_is_known,
) -> Grammar:
    """Make the grammar of a file.

    Args:
        kind: The kind of its rows.
        exponent: Decimals of the shop's currency.
        currency: The shop's currency.
        timezone: The shop's time zone.
        changes_existing: Whether rows may change existing things; columns that only a new thing
            needs are then optional.
        historical: Whether orders are of the past; `ordered_at` is then required.
        is_known: As in `Grammar`.
    """
    columns = _COLUMNS[kind]
    if changes_existing:
        leavable = _LEAVABLE_ON_EXISTING.get(kind, set())
        columns = tuple(replace(c, required=False) if c.name in leavable else c for c in columns)
    if kind == "orders" and historical:
        columns = tuple(
            Column(c.name, c.form, required=True) if c.name == "ordered_at" else c for c in columns
        )
    return Grammar(kind, columns, exponent, currency, timezone, changes_existing, is_known)


_COLUMNS_SHOWN_MAX = 20


def check_header(rules: Grammar, names: Iterable[str], *, historical: bool = False) -> None:
    """Refuse columns that are unknown, missing or repeated, or belong to the other orders import.

    Args:
        rules: The grammar of the file.
        names: The columns found; names that begin with an underscore are ignored.
        historical: Whether orders are of the past.

    Raises:
        InvalidInput: Details name the wrong columns.
    """
    given = list(names)
    if len(given) > COLUMN_COUNT_MAX:
        raise InvalidInput(
            "There are {count:,} columns; at most {most:,} are read.",
            details={"count": len(given), "most": COLUMN_COUNT_MAX, "reason": "too_many_columns"},
        )
    found = [name for name in given if name and not name.startswith("_")]
    doubled = sorted(name for name, count in Counter(found).items() if count > 1)
    if doubled:
        raise InvalidInput(
            "Columns doubled: {columns:named}.",
            details={**_columns("doubled", doubled), "reason": "columns_doubled"},
        )
    unknown = [n for n in found if n not in rules.names and n != CURRENCY_COLUMN.name]
    if unknown:
        raise InvalidInput(
            "Columns unknown: {columns:named}.",
            details={**_columns("unknown", unknown), **_which_columns(rules, unknown)},
        )
    missing = [c.name for c in rules.columns if c.required and c.name not in found]
    if missing:
        leavable = set(missing) <= _LEAVABLE_ON_EXISTING.get(rules.kind, set())
        raise InvalidInput(
            "Columns missing: {columns:named}.",
            details={
                **_columns("missing", missing),
                **_which_columns(rules, found, leavable=leavable),
            },
        )
    if rules.kind == "orders":
        wrong = sorted({"coupon"} & set(found) if historical else _HISTORICAL & set(found))
        if wrong:
            raise InvalidInput(
                "Columns not for this import: {columns:named}.",
                details={
                    **_columns("not for this import", wrong),
                    "reason": "columns_of_now" if historical else "columns_of_the_past",
                },
            )


def _which_columns(
    rules: Grammar, found: list[str], *, leavable: bool = False
) -> dict[str, object]:
    """Details for the advice; `leavable`: all columns missing are optional for existing things."""
    known = [n for n in rules.names if not n.startswith("_")]
    meant = [n for n in rules.names if n in {f.strip().casefold() for f in found} - {*found}]
    if meant:
        reason = "columns_miswritten_or_leavable" if leavable else "columns_miswritten"
        return {"suggestions": meant, "known": known, "reason": reason}
    return {"known": known, "reason": "columns_leavable" if leavable else "columns"}


def _columns(problem: str, names: list[str]) -> dict[str, object]:
    return {"columns": names[:_COLUMNS_SHOWN_MAX], "problem": problem}


def cell(column: Column, text: str, rules: Grammar) -> Value:
    """Parse a cell of CSV or TSV.

    Args:
        column: The cell's column.
        text: The cell without its quotes.
        rules: Gives the currency and time zone.

    Raises:
        InvalidInput: The cell breaks the grammar of its column.
        CurrencyMismatch: The cell names another currency than the shop's.
    """
    if text == "":
        return _left(column)
    if text == CLEAR_TEXT:
        return _cleared(column)
    if column.form == "amount":
        return _within(column, parse_major(text, rules.exponent, rules.currency), rules)
    if column.form == "count":
        if not _COUNT.fullmatch(text):
            meant = meant_amount(text, 0)
            raise InvalidInput(
                "{field} is a whole number in digits, 0 to 9, not '{value}'.",
                details={
                    "field": column.name,
                    "value": excerpt(text),
                    **({} if meant is None else {"meant": meant}),
                },
            )
        return _within(column, int(text), rules)
    if column.form == "flag":
        if text.lower() not in _FLAGS:
            raise InvalidInput(
                "{field} is true or false, not '{value}'.",
                details={"field": column.name, "value": excerpt(text)},
            )
        return _FLAGS[text.lower()]
    return _text(column, text, rules)


def json_cell(column: Column, value: object, rules: Grammar) -> Value:
    """Parse a value of a JSON Lines object; amounts are integers in minor units.

    Raises:
        InvalidInput: The value breaks the grammar of its column.
        CurrencyMismatch: The value names another currency than the shop's.
    """
    if value is None or value == "":
        return _left(column)
    if value == CLEAR_TEXT:
        return _cleared(column)
    if column.form in {"amount", "count"}:
        if type(value) is float:
            raise InvalidInput(
                "{field} is an integer in minor units in JSON Lines, not '{value}'.",
                details={"field": column.name, "value": excerpt(value)},
            )
        return _within(column, value, rules)
    if column.form == "flag":
        if type(value) is not bool:
            raise InvalidInput(
                "{field} is true or false, not '{value}'.",
                details={"field": column.name, "value": excerpt(value)},
            )
        return int(value)
    if not isinstance(value, str):
        raise InvalidInput(
            "{field} is a text, not {type}.",
            details={"field": column.name, "type": type(value).__name__},
        )
    return _text(column, value, rules)


def check_row(rules: Grammar, values: Mapping[str, Value]) -> tuple[str, str] | None:
    """Check the cells of a row against one another: (column, message) of a fault, or None."""
    if rules.kind != "coupons":
        return None
    stays = rules.changes_existing and values["percent"] is LEAVE and values["amount"] is LEAVE
    if not stays:
        if (values["percent"] is LEAVE) == (values["amount"] is LEAVE):
            return "percent", "A coupon takes off either a percentage or an amount."
        if values["cap"] is not LEAVE and values["percent"] is LEAVE:
            return "cap", "A cap belongs to a percentage."
    opens, closes = values["opens"], values["closes"]
    if isinstance(opens, int) and isinstance(closes, int) and opens >= closes:
        return "closes", "A coupon opens before it closes."
    return None


def _left(column: Column) -> Value:
    if column.required:
        raise InvalidInput("{field} is missing.", details={"field": column.name})
    return LEAVE


def _cleared(column: Column) -> Value:
    if not column.clearable:
        raise InvalidInput("{field} cannot be cleared.", details={"field": column.name})
    return CLEAR


def _within(column: Column, number: object, rules: Grammar) -> int:
    return checked_amount(
        number,
        column.name,
        least=column.least,
        most=column.most,
        currency=rules.currency if column.form == "amount" else None,
    )


def _text(column: Column, text: str, rules: Grammar) -> Value:
    if not text.isascii() and any("\udc80" <= character <= "\udcff" for character in text):
        found = "".join(f"\\x{ord(c) - 0xDC00:02x}" for c in text if "\udc80" <= c <= "\udcff")
        raise InvalidInput(
            "{field} is not UTF-8 (bytes {bytes}); it looks like {looks_like}.",
            details={
                "field": column.name,
                "bytes": found[:40],
                "looks_like": _encoding_of(text),
                "reason": "encoding",
            },
        )
    if column.form == "sku":
        text = as_read(text)
    if column.form in _ROUNDABLE and is_rounded(text) and not rules.is_known(column.form, text):
        raise InvalidInput(
            "{field} '{value}' was rounded by a spreadsheet.",
            details={"field": column.name, "value": excerpt(text), "reason": "rounded"},
        )
    check = _CHECKS.get(column.form)
    if check is not None:
        return check(text)
    if column.form == "moment":
        return to_microseconds(parse_moment(text, rules.timezone, ends=column.ends))
    if column.form == "currency":
        if text != rules.currency:
            raise CurrencyMismatch(
                "The shop's currency is {currency}, not '{requested}'.",
                details={"currency": rules.currency, "requested": text[:20], "reason": "column"},
            )
        return LEAVE
    return checked_name(text, column.name.capitalize().replace("_", " "))


_CHECKS: Mapping[str, Callable[[object], str]] = MappingProxyType(
    {
        "sku": lambda text: checked_identifier(text, "SKU"),
        "barcode": checked_barcode,
        "user": lambda text: checked_identifier(text, "user name"),
        "code": checked_code,
        "key": checked_key,
        "method": checked_method,
        "reason": lambda text: checked_name(text, "Reason", length_max=REASON_LENGTH_MAX),
    }
)


def _encoding_of(text: str) -> str:
    """Guess the encoding of a text whose bytes are not UTF-8."""
    try:
        decoded = text.encode("utf-8", "surrogateescape").decode("euc_kr")
    except UnicodeDecodeError:
        decoded = ""
    if decoded and all(c.isascii() or "\uac00" <= c <= "\ud7a3" for c in decoded):
        return "CP949 or EUC-KR"
    return "Windows-1252, Latin-1 or another 8-bit encoding"
