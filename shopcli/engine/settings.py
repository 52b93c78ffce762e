"""Use cases about the shop's own settings: the same for every host that opens it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput
from shopcli.engine.audit import record_change
from shopcli.engine.requests import optional_reason
from shopcli.storage import settings as table

if TYPE_CHECKING:
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session

VALUE_LENGTH_MAX = 2000


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its default, the grammar of its value, and what it does."""

    default: str | None
    pattern: str
    meaning: str


_DURATION = r"[0-9]{1,6}[smhd]"
_FLAG = r"yes|no"

SETTINGS: dict[str, Setting] = {
    "platform.url": Setting(
        None,
        r"https?://[^\s@/?#]+(?:[/?#]\S*)?",
        "Where paid orders are sent; unset keeps them waiting.",
    ),
    "platform.allow_http": Setting(
        "no", _FLAG, "Allow plain http to hosts other than this machine."
    ),
    "platform.batch_size": Setting(
        "1", r"[1-9][0-9]{0,2}", "Events in one request; above 1 sends batches."
    ),
    "platform.grace_period": Setting(
        "2s", _DURATION, "Longest a command waits for its own delivery."
    ),
    "cancel_within": Setting("24h", _DURATION, "How long a user may cancel an order."),
    "members_charge": Setting("no", _FLAG, "Let members add money to their own balance."),
    "low_stock": Setting("5", r"[0-9]{1,9}", "Stock at or below which a product counts as low."),
}
"""Every setting there is; `meaning` is shown by `shop settings`."""

_UNIT_MICROSECONDS = {"s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}


def effective(session: Session) -> dict[str, str | None]:
    """Every setting with its value, the default where none was set."""
    stored = {row[0]: row[1] for row in table.all_settings(session)}
    return {name: stored.get(name, setting.default) for name, setting in SETTINGS.items()}


def everything(runtime: Runtime) -> dict[str, str | None]:
    """Every setting with its value, the default where none was set."""
    return runtime.read(effective)


def sources(runtime: Runtime) -> dict[str, str]:
    """Where each setting's value comes from: `shop` where one was set, else `default`."""
    stored = {row[0] for row in runtime.read(table.all_settings)}
    return {name: "shop" if name in stored else "default" for name in SETTINGS}


def change(runtime: Runtime, name: str, value: str | None, reason: str | None) -> None:
    """Set a setting, or return it to its default with None.

    Raises:
        InvalidInput: No such setting, or a value that does not follow its grammar.
    """
    setting = _setting(name)
    if value is not None and (
        len(value) > VALUE_LENGTH_MAX
        or not value.isprintable()
        or re.fullmatch(setting.pattern, value) is None
    ):
        raise InvalidInput(
            f"That is not a value for {name}.", fix=setting.meaning, details={"setting": name}
        )
    reason = optional_reason(reason)

    def work(session: Session) -> None:
        before = effective(session)[name]
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

    runtime.write(work)


def cancel_within(session: Session) -> int:
    """How long a user may cancel, in microseconds."""
    return microseconds(effective(session)["cancel_within"] or "0s")


def microseconds(duration: str) -> int:
    """A duration such as `90s`, `15m`, `24h` or `3d`."""
    return int(duration[:-1]) * _UNIT_MICROSECONDS[duration[-1]]


def _setting(name: str) -> Setting:
    if name in SETTINGS:
        return SETTINGS[name]
    from difflib import get_close_matches  # only after a mistake

    close = get_close_matches(name, SETTINGS, n=3)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    raise InvalidInput(
        f"There is no setting of that name.{hint}",
        fix="See all: shop settings",
        details={"setting": name[:100], "suggestions": close},
    )
