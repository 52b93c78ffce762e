"""Values to type: right ones for each name, and those that nobody would think of."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

MARK = "PWN"
"""Stands in whatever could act on a terminal, so that it is found in what was written."""
PASSWORD = "hunter2-in-an-address"  # noqa: S105 - made up
"""A password in addresses; whoever sees it anywhere has found a leak."""

ESCAPES = (
    f"\x1b]0;{MARK}\x07",
    f"\x1b[31m{MARK}",
    f"\x9b31m{MARK}",
    f"a\x1b]8;;http://x\x1b\\{MARK}",
    f"\x1b[2J{MARK}",
    f"\x08\x08{MARK}",
    f"\r{MARK}",
    f"\u202e{MARK}",
    f"\u2066{MARK}",
)

Draw = random.Random


class Names(NamedTuple):
    """What there is in the shop and in the folder, to be named."""

    users: Sequence[str]
    skus: Sequence[str]
    codes: Sequence[str]
    orders: Sequence[str]
    events: Sequence[str]
    entries: Sequence[str]
    digests: Sequence[str]
    address: str
    other_address: str
    """Where no shop is yet."""
    strange_paths: Sequence[str]
    inputs: Sequence[str]
    """Files that can be read."""
    scripts: Sequence[str]
    backups: Sequence[str]
    ports: Sequence[int]
    """Nobody, one who never answers, a platform."""


def _unicode(draw: Draw) -> str:
    return draw.choice(
        (
            "שלום",
            "مرحبا",
            "김민지",
            "e" + "\u0301" * 300,
            "e\u0301",
            "\u200b",
            "a\u200db",
            "👩‍👩‍👧‍👦" * 20,
            "\uffff",
            "\U0010ffff",
            "\ue000",
            "\u2028",
            "\ufeff",
            "\u00ad",
            "\uff11\uff12",
            "٣",
            "½",
            "Ⅷ",
            "ﬁ",
            "ß",
            "İ",
            "\U000e0041",
        )
    )


def _control(draw: Draw) -> str:
    return draw.choice((*ESCAPES, "\x01", "\x7f", "a\tb", "a\nb", "a\r\nb", "\x85", "\x1c"))


def _not_utf8(draw: Draw) -> str:
    return draw.choice(("\udcff", "a\udc80b", "\udced\udca0\udc80", "\udcc3", "\udcf0\udc9f"))


def _number(draw: Draw) -> str:
    return draw.choice(
        (
            "0",
            "00",
            "-1",
            "-0",
            "+5",
            "1e9",
            "1_000",
            "0x10",
            "1,000",
            "1.5",
            ".5",
            "5.",
            "nan",
            "inf",
            "-inf",
            "9" * 30,
            "9" * 5000,
            "1" + "0" * 400,
            str(2**31),
            str(2**32),
            str(2**53),
            str(2**53 - 1),
            str(2**63),
            str(2**63 - 1),
            "-" + "9" * 30,
            "4.0E+12",
            "0." + "0" * 200 + "1",
            " 5",
            "5 ",
        )
    )


def _pattern(draw: Draw) -> str:
    return draw.choice(
        (
            "%s%n%d",
            "{}",
            "{0.__class__}",
            "{value!r:>9999}",
            "{",
            "}",
            "{value}",
            "$HOME",
            "`id`",
            "$(id)",
            "~",
            "~root",
            "[red]x[/red]",
            "[/]",
            "[link=http://x]y",
            "<b>&amp;",
            "**x**|y",
            "%",
            "_",
            "*",
            "\\",
            "'",
            '"',
            "'; DROP TABLE users; --",
            "' OR 1=1",
            "=1+1",
            "+1",
            "@x",
            "@file",
            "a:b",
            ":",
            "LATTE:",
            ":2",
            "A:1:2",
        )
    )


def _time(draw: Draw) -> str:
    return draw.choice(
        (
            "0000-00-00",
            "0001-01-01",
            "9999-12-31",
            "9999-12-31T23:59:59.999999Z",
            "9999-12-31T23:59:59-23:59",
            "0001-01-01T00:00:00+23:59",
            "2026-02-30",
            "2026-13",
            "2026-11-27T10:00:00+99:99",
            "24:00",
            "99999999999d",
            "999999999999999999999w",
            "-1d",
            "0d",
            "0s",
            "1.5h",
            "1ms",
            "10000-01-01",
            "1969-12-31T23:59:59Z",
            "2026-03-29T02:30",
            "2026-11-27T10:00:60",
            "tomorrow",
            "9999-12",
            "0001-01",
            "0000-01",
        )
    )


def _json(draw: Draw) -> str:
    return draw.choice(('{"a":1}', "[]", "null", "[" * 3000, '"', "true"))


def _dashes(draw: Draw) -> str:
    return draw.choice(
        ("-", "--", "---", "-x", "--json", "--db", "--help", "-u", "--format=json", "-o", "-1h")
    )


def _long(draw: Draw) -> str:
    return draw.choice(("A" * 100_000, "é" * 5_000, "9" * 20_000, "a " * 3_000, "-" * 9_000))


def _empty(draw: Draw) -> str:
    return draw.choice(("", " ", "\u00a0", "  "))


def _address(draw: Draw) -> str:
    return draw.choice(
        (
            f"postgresql://u:{PASSWORD}@127.0.0.1:1/x",
            f"postgresql://u:{PASSWORD}@[::1/x",
            f"postgresql://u:{PASSWORD}@127.0.0.1:port/x",
            f"postgresql://127.0.0.1:1/x?password={PASSWORD}",
            f"postgres://u:{PASSWORD}@127.0.0.1:1/x",
            f"postgresql:/u:{PASSWORD}@127.0.0.1/x",
            f"http://u:{PASSWORD}@127.0.0.1:1/x",
            f"https://u:{PASSWORD}@127.0.0.1:1/x?y=z#f",
            f"mysql://u:{PASSWORD}@127.0.0.1/x",
            f"'postgresql://u:{PASSWORD}@127.0.0.1:1/x'",
            f"host=127.0.0.1 port=1 password={PASSWORD}",
            "postgresql://",
            "postgresql:///x?host=/nowhere",
            "postgresql://a..b/x",
            "postgresql:///x?host=" + "n" * 70,
            "https://a..b/",
            "https://\u00ad/",
            "." + "n" * 70,
            "postgresql:///x?sslmode=\x1b[31m",
            "sqlite:",
            "sqlite://",
            "sqlite:///",
            "sqlite:////dev/full",
            "sqlite:///relative.db",
            "http://[",
            "http://",
            "http://127.0.0.1:99999/",
            "http://127.0.0.1:1/\r\nX: y",
            "file:///etc/passwd",
            "ftp://127.0.0.1/",
            ":memory:",
        )
    )


ODD: Mapping[str, Callable[[Draw], str]] = {
    "empty": _empty,
    "number": _number,
    "unicode": _unicode,
    "control": _control,
    "bytes": _not_utf8,
    "pattern": _pattern,
    "time": _time,
    "json": _json,
    "dashes": _dashes,
    "long": _long,
    "address": _address,
}
"""Kinds of values that are right for hardly anything."""

SECRETIVE = frozenset(
    {"--db", "address", "value", "--public-url", "SHOP_DATABASE_URL", "SHOP_PLATFORM_URL"}
)
"""Places for addresses: what is a password there is none in a name, which is shown."""


def odd(draw: Draw, place: str, names: Names) -> tuple[str, str]:
    """A value for a place that is most likely wrong there; with its kind."""
    kind = draw.choice((*ODD, "path", "other"))
    if kind == "path":
        return kind, draw.choice(names.strange_paths)
    if kind == "other":  # right elsewhere
        value = right(draw, "", draw.choice(tuple(RIGHT)), names)
    else:
        value = ODD[kind](draw)
    return kind, value if place in SECRETIVE else value.replace(PASSWORD, "pass")


def _port(draw: Draw, names: Names) -> str:
    return str(draw.choice((0, 0, 0, 0, *names.ports, 80, 65_535)))


def _amount(draw: Draw, _: Names) -> str:
    return draw.choice(("1", "10", "1000", "500", "20000", "0", "5"))


def _signed(draw: Draw, _: Names) -> str:
    return draw.choice(("1", "-1", "+5", "-10"))


def _count(draw: Draw, _: Names) -> str:
    return draw.choice(("1", "2", "3", "5", "100"))


def _moment(draw: Draw, _: Names) -> str:
    return draw.choice(
        (
            "now",
            "today",
            "yesterday",
            "3d",
            "30m",
            "12h",
            "2w",
            "10:00",
            "2026-11-27",
            "2026-11-27 09:30",
            "2026-11-27T09:30:00Z",
            "2030-01-01",
        )
    )


def _new(prefix: str) -> Callable[[Draw, Names], str]:
    return lambda draw, _: f"{prefix}{draw.randrange(10**6)}"


def _one_of(*values: str) -> Callable[[Draw, Names], str]:
    return lambda draw, _: draw.choice(values)


def _user(draw: Draw, names: Names) -> str:
    return draw.choice(names.users)


def _sku(draw: Draw, names: Names) -> str:
    return draw.choice(names.skus)


def _line(draw: Draw, names: Names) -> str:
    return draw.choice(("{}", "{}:1", "{}:2")).format(draw.choice(names.skus))


def _code(draw: Draw, names: Names) -> str:
    return draw.choice(names.codes)


def _named(what: str) -> Callable[[Draw, Names], str]:
    return lambda draw, names: str(draw.choice(getattr(names, what)))


def _value(draw: Draw, names: Names) -> str:
    """Of a setting or of what is configured."""
    platform = f"http://u:{PASSWORD}@127.0.0.1:{draw.choice(names.ports)}/x"
    words = ("2h", "cash,card", "5000", "yes", "no", "5", "kim", "never", "15s", platform)
    return draw.choice((*words, names.address, _address(draw)))


RIGHT: Mapping[str, Callable[[Draw, Names], str]] = {
    "--user": _user,
    "user": _user,
    "--to": _user,
    "amount": _amount,
    "--amount": _amount,
    "--price": _amount,
    "--cap": _amount,
    "--min-order": _amount,
    "--below": _amount,
    "--counted": _amount,
    "--expect": _one_of("4500", "3300", "9000"),
    "--by": _signed,
    "quantity": _count,
    "--stock": _count,
    "--limit": _count,
    "--days": _count,
    "--percent": _count,
    "--valid-days": _count,
    "--idle": _count,
    "--keep": _count,
    "--low-stock": _count,
    "--batch": _count,
    "--concurrency": _count,
    "--every": _count,
    "--gone-after": _count,
    "--retry-after": _count,
    "--closing": _count,
    "number": _count,
    "--fail": _one_of("503", "410", "302"),
    "--max-errors": _one_of("1", "10", "all"),
    "--key": _new("k"),
    "--key-prefix": _new("p"),
    "--resumable": _new("r"),
    "--reason": _one_of("because", "test order", "버그"),
    "--name": _one_of("Name", "김민지", "Ein Name"),
    "--category": _one_of("drinks", "food"),
    "--barcode": _one_of("4006381333931", "X-1", ""),
    "--method": _one_of("cash", "transfer", "card"),
    "--since": _moment,
    "--until": _moment,
    "--as-of": _moment,
    "--opens": _moment,
    "--closes": _moment,
    "--use-by": _moment,
    "--from": _moment,
    "--before": _moment,
    "--on": _one_of("today", "yesterday", "2026-11-27"),
    "--month": _one_of("2026-11", "2026-10"),
    "--lag": _one_of("5m", "1s", "2h"),
    "--slow": _one_of("0s", "1s"),
    "sku": _sku,
    "--sku": _sku,
    "lines": _line,
    "code": _code,
    "--coupon": _code,
    "order_id": _named("orders"),
    "--order": _named("orders"),
    "event": _named("events"),
    "entry": _named("entries"),
    "--digest": _named("digests"),
    "--db": _named("address"),
    "address": _named("other_address"),
    "--then": _one_of("retire"),
    "--format": _one_of("table", "tsv", "csv", "json", "jsonl", "md"),
    "--times": _one_of("utc", "local"),
    "--state": _one_of("paid", "cancelled", "refunded", "pending", "dead", "active", "blocked"),
    "--currency": _one_of("KRW", "USD", "JPY"),
    "--timezone": _one_of("Asia/Seoul", "UTC", "Europe/Berlin"),
    "query": _one_of("lat", "ki", "e", ""),
    "--on-existing": _one_of("skip", "update", "error", "fail"),
    "--events": _one_of("send", "skip", "none"),
    "--output": _new("out"),
    "--rejects": _new("rejects"),
    "--backup": _new("backup"),
    "--store": _new("store"),
    "--authorized-keys": _one_of("keys.txt"),
    "file": _named("inputs"),
    "script": _named("scripts"),
    "--port": _port,
    "--host": _one_of("127.0.0.1", "localhost", "::1"),
    "--public-url": _one_of("http://127.0.0.1:8000", "https://shop.example"),
    "name": _one_of(
        "cancel_within",
        "methods",
        "charge_max",
        "transfers",
        "low_stock",
        "platform.url",
        "platform.allow_http",
        "platform.batch_size",
        "platform.grace_period",
        "user",
        "database",
        "colours",
        "theme",
        "bell",
        "wait_max",
        "LATTE",
        "kim",
    ),
    "value": _value,
    "topic": _one_of("keys", "order", "formats"),
    "words": _one_of("keys", "order", "formats", "coupon", "add"),
    "--delimiter": _one_of(";", ",", "tab"),
    "--decimal": _one_of(",", "."),
    "--encoding": _one_of("utf-8", "latin-1"),
    "--columns": _one_of("Variant SKU=sku,Title=name"),
    "--preset": _one_of("shopify", "square"),
}
"""A right value by the name of the place."""

BY_COMMAND: Mapping[tuple[str, str], Callable[[Draw, Names], str]] = {
    ("report sales", "--by"): _one_of(
        "product", "category", "hour", "day", "week", "month", "user", "coupon"
    ),
    ("report money", "--by"): _one_of("day", "method", "user", "actor"),
    ("product adjust", "--to"): _count,
    ("outbox replay", "--to"): _moment,
    ("import products", "--stock"): _one_of("set", "add"),
    ("import products", "--batch"): _new("b"),
    ("user add", "user"): _new("new"),
    ("product add", "sku"): _new("NEW"),
    ("coupon add", "code"): _new("NEW"),
    ("db grants", "kind"): _one_of("till", "relay", "operator", "reader"),
    ("db grants", "role"): _one_of("till1", "shop_reader"),
    ("db backup", "file"): _new("backup"),
    ("db restore", "file"): _named("backups"),
    ("changes", "kind"): _one_of("user", "product", "coupon", "setting"),
    ("member", "--user"): _user,
    **{
        (f"import {kind}", "--format"): _one_of("csv", "tsv", "jsonl")
        for kind in ("users", "products", "coupons", "charges", "claims", "orders")
    },
}
"""Where the command decides what is right."""


def right(draw: Draw, command: str, place: str, names: Names) -> str:
    """A value that a place takes, or nearly."""
    made = BY_COMMAND.get((command, place)) or RIGHT.get(place)
    return made(draw, names) if made else str(draw.randrange(100))
