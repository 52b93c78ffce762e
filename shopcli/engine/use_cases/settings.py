"""Use cases about settings, which are stored in the shop and so the same for every host."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.addresses import display
from shopcli.domain.errors import InvalidInput
from shopcli.domain.ledger.accounts import METHOD, METHODS, refuse_reserved
from shopcli.domain.money import checked_amount, parse_major
from shopcli.domain.showing import excerpt, shown
from shopcli.engine.audit import record_change
from shopcli.engine.requests import optional_reason
from shopcli.engine.runtime import retried
from shopcli.storage import settings as table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session

VALUE_LENGTH_MAX = 2000


class Form(NamedTuple):
    """The grammar of a value, as a regular expression and in words."""

    pattern: str
    words: str


class Setting(NamedTuple):
    """One setting: its default, the form of its value, and what it does."""

    default: str | None
    form: Form
    meaning: str


_DURATION = Form(r"[0-9]{1,6}[smhd]", "a duration: type it like 24h, 30m or 2s")
_FLAG = Form(r"yes|no", "yes or no")

SETTINGS: dict[str, Setting] = {
    "platform.url": Setting(
        None,
        Form(
            r"https?://[^\s@/?#]+(?:[/?#]\S*)?",
            "an http or https address without a user: type it like https://platform.example/events",
        ),
        "Where paid orders are sent; unset keeps them waiting.",
    ),
    "platform.allow_http": Setting(
        "no", _FLAG, "Allow plain http to hosts other than this machine."
    ),
    "platform.batch_size": Setting(
        "1",
        Form(r"[1-9][0-9]{0,2}", "a whole number from 1 to 999"),
        "Events in one request; above 1 sends batches.",
    ),
    "platform.grace_period": Setting(
        "2s", _DURATION, "Longest a command waits for its own delivery."
    ),
    "cancel_within": Setting("24h", _DURATION, "How long a user may cancel an order."),
    "methods": Setting(
        METHODS,
        Form(
            rf"{METHOD}(?:,{METHOD}){{0,19}}",
            "names of a-z, 0-9, _ and -, with commas between: type it like cash,transfer,card",
        ),
        "How money comes and goes; the first is meant unless another is named.",
    ),
    "charge_max": Setting(
        None,
        Form(r"[0-9]{1,16}(?:[.][0-9]{1,4})?", "an amount in major units: type it like 50000"),
        "The largest charge; unset is no limit.",
    ),
    "members_charge": Setting("no", _FLAG, "Let members add money to their own balance."),
    "transfers": Setting("yes", _FLAG, "Let members give money to one another."),
    "low_stock": Setting(
        "5",
        Form(r"[0-9]{1,9}", "a whole number: type it like 5"),
        "Stock at or below which a product without its own mark is low.",
    ),
}
"""Every setting there is; `meaning` is shown by `shop settings`."""

_LOGIN = re.compile(
    r"(?P<scheme>https?://)[^/?#]*@(?P<rest>[^@/?#\s]+(?:[/?#]\S*)?)", re.IGNORECASE
)

_UNIT_MICROSECONDS = {"s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}


def effective(session: Session) -> dict[str, str | None]:
    """All settings with their values or, where none is set, their defaults."""
    stored = table.all_settings(session)
    return {name: stored.get(name, setting.default) for name, setting in SETTINGS.items()}


@retried
def everything(runtime: Runtime) -> dict[str, str | None]:
    """Return all settings with their values or, where none is set, their defaults."""
    with runtime.reading() as session:
        return effective(session)


@retried
def sources(runtime: Runtime) -> dict[str, str]:
    """Return the source of each setting's value: `shop` if it was set, else `default`."""
    with runtime.reading() as session:
        stored = table.all_settings(session)
    return {name: "shop" if name in stored else "default" for name in SETTINGS}


def invalid(session: Session) -> list[str]:
    """Stored settings with an unknown name or a value that breaks its grammar, one text each."""
    problems: list[str] = []
    for name, value in table.all_settings(session).items():
        try:
            check_form(name, value)
        except InvalidInput as refusal:
            problems.append(f"setting {shown(name)}: {refusal}")
    return problems


@retried
def change(runtime: Runtime, name: str, value: str | None, reason: str | None = None) -> None:
    """Set a setting, or reset it to its default.

    Args:
        runtime: What every use case is given.
        name: Name of the setting, as `shop settings` lists it.
        value: The new value, up to 2000 characters; None resets it.
        reason: Text for the audit record, up to 500 characters.

    Raises:
        InvalidInput: There is no such setting, the value breaks its grammar, or the address is
            plain http to another machine and that is not allowed.
    """
    setting = _setting(name)
    if value is not None:
        check_form(name, value)
    reason = optional_reason(reason)
    with runtime.writing() as session:
        values = effective(session)
        before = values[name]
        if value is not None:
            check_reach(name, value, values)
            if name == "charge_max":
                _check_amount(runtime, value)
        table.set_value(session, name, value)
        after = setting.default if value is None else value
        if after != before:
            record_change(
                runtime,
                session,
                subject_kind="setting",
                subject=name,
                action="set" if value is not None else "unset",
                before={"value": before},
                after={"value": after},
                reason=reason,
            )


def check_name(name: str) -> None:
    """Refuse a name that no setting has.

    Raises:
        InvalidInput: There is no such setting.
    """
    _setting(name)


def _check_amount(runtime: Runtime, value: str) -> None:
    """Refuse an amount that the shop's currency cannot have, or that forbids every charge."""
    currency = runtime.identity.currency
    amount = parse_major(value, runtime.identity.exponent, currency)
    if amount == 0:
        raise InvalidInput(
            "With a largest charge of 0 nothing could be charged.",
            details={"setting": "charge_max", "value": excerpt(value), "reason": "no_charge_max"},
        )
    checked_amount(amount, "Amount", least=1, currency=currency)


def check_form(name: str, value: str) -> None:
    """Check a value by the grammar of its setting.

    Raises:
        InvalidInput: There is no such setting, or the value breaks its grammar.
    """
    form = _setting(name).form
    if name == "platform.url":
        _refuse_login(value)
    if name == "methods":
        _refuse_methods(value)
    if (
        len(value) > VALUE_LENGTH_MAX
        or not value.isprintable()
        or re.fullmatch(form.pattern, value) is None
        or (name == "platform.url" and _host_of(value) is None)
    ):
        told = display(value) if name == "platform.url" else value
        raise InvalidInput(
            "'{value}' is no value for {setting}: that is {form:noun}.",
            details={
                "setting": name,
                "value": excerpt(told),
                "form": form.words,
                "meaning": _setting(name).meaning,
                "reason": "value_of_setting",
                **({"meant": "0s"} if form is _DURATION and re.fullmatch("0+", value) else {}),
            },
        )


def _refuse_methods(value: str) -> None:
    """Refuse names that mean something else, and one that is named twice."""
    names = value.split(",")
    for name in names:
        refuse_reserved(name)
    once = ",".join(dict.fromkeys(names))
    if once != value and re.fullmatch(SETTINGS["methods"].form.pattern, value):
        raise InvalidInput(
            "'{value}' names a method twice.",
            details={"setting": "methods", "value": excerpt(value), "meant": once},
        )


def _refuse_login(url: str) -> None:
    """Refuse a user name or password in an address: everyone who reads settings would see it."""
    found = _LOGIN.match(url)
    if found is None:
        return
    plain = found["scheme"] + found["rest"]
    masked = display(plain).replace("://", "://***@", 1)
    is_typed_so = display(plain) == plain
    raise InvalidInput(
        "'{value}' holds a user name or password; these do not belong in the address of the"
        " platform, which is shown to everybody.",
        details={
            "setting": "platform.url",
            "value": excerpt(masked),
            **(
                {"plain": plain, "reason": "login_in_url"}
                if is_typed_so
                else {"reason": "login_in_hidden_url"}
            ),
        },
    )


def check_reach(name: str, value: str, values: Mapping[str, str | None]) -> None:
    """Refuse an address that events could never be sent to.

    Args:
        name: Name of the setting.
        value: Its new value.
        values: The present values of all settings.

    Raises:
        InvalidInput: Plain http to another machine, which the shop does not allow.
    """
    if name != "platform.url" or not value.startswith("http:"):
        return
    if values["platform.allow_http"] == "yes" or is_this_machine(_host_of(value) or ""):
        return
    raise InvalidInput(
        "'{value}' is plain http to another machine, which is not allowed.",
        details={
            "setting": name,
            "needs": "platform.allow_http",
            "value": excerpt(display(value)),
            "reason": "plain_http",
        },
    )


def is_this_machine(host: str) -> bool:
    """Whether a host name or address is a loopback one."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    from ipaddress import ip_address  # only where an address is set

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _host_of(url: str) -> str | None:
    from urllib.parse import urlsplit  # only where an address is set

    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    return None if port == 0 else parts.hostname


def cancel_within(session: Session) -> int:
    """How long a user may cancel, in microseconds."""
    return microseconds(effective(session)["cancel_within"] or "0s")


def microseconds(duration: str) -> int:
    """The microseconds of a duration such as `90s`, `15m`, `24h` or `3d`."""
    return int(duration[:-1]) * _UNIT_MICROSECONDS[duration[-1]]


def _setting(name: str) -> Setting:
    if name in SETTINGS:
        return SETTINGS[name]
    from difflib import get_close_matches  # only after a mistake

    close = get_close_matches(name, SETTINGS, n=3)
    if not close and name:
        close = [known for known in SETTINGS if name.lower() in known or known in name.lower()]
    raise InvalidInput(
        "There is no setting '{value}'.",
        details={
            "setting": name[:100],
            "suggestions": close,
            "value": excerpt(name),
            "reason": "near_setting" if close else "setting",
        },
    )
