"""Commands on coupons: claim, coupons, and coupon add, set, list, show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopcli.cli.call import (
    COMPARED_NAMES_MAX,
    Call,
    at_most_one_of,
    instant,
    like,
    one_of,
    remark_lookalikes,
    see,
)
from shopcli.cli.completion.typer_hooks import complete_code
from shopcli.cli.parsing.options import Key, Limit, Reason
from shopcli.cli.parsing.typer_commands import ShopCommand, UserCommand, new_app
from shopcli.cli.parsing.values import positive_count
from shopcli.cli.terminal import Column
from shopcli.domain.errors import InvalidInput
from shopcli.domain.records import Coupon, UserCoupon

if TYPE_CHECKING:
    from datetime import datetime

app = new_app("Coupons of a user.")
coupon_app = new_app("Add and change coupons.")

Code = Annotated[str, typer.Argument(metavar="CODE", autocompletion=complete_code)]
Closes = Annotated[str | None, typer.Option("--closes", metavar="TIME", help="Claiming ends then.")]


@app.command(
    "claim",
    cls=UserCommand,
    epilog="""
    shop claim WELCOME10 -u kim
    """,
)
def claim(context: typer.Context, code: Code, key: Key = None) -> None:
    """Claim one of a limited number of coupons: first come, first served."""
    call = Call.of(context)
    user, key = call.user(), call.new_key(key)
    with call.shop() as shop:
        got = shop.claim(user, code, key=key)
        now = shop.now()
    again = " (claimed before)" if got.replayed else ""
    until = ""
    if got.usable_until is not None:  # gone by where it was claimed before
        is_over = now > got.usable_until
        until = f"{'was ' * is_over}usable until {call.moment(got.usable_until)}, "
    call.output.record(
        got,
        f"{got.user}: {got.coupon} number {got.number} of {got.limit}{again}",
        f"{until}key {got.key}",
    )
    call.settled()


@app.command("coupons", cls=UserCommand, epilog="shop coupons -u kim")
def coupons(context: typer.Context, limit: Limit = None) -> None:
    """List the coupons a user has claimed."""
    call = Call.of(context)
    user = call.user()
    with call.shop() as shop:
        held = shop.coupons(user)[:limit]
    call.output.rows(
        held,
        UserCoupon,
        [
            Column("coupon"),
            Column("number", right=True, spare=4),
            Column("state", spare=1),
            Column("usable", spare=1),
            Column("usable_until", "until", spare=2),
            Column("order", spare=3),
        ],
    )
    call.remark_list(len(held), len(held), empty="No coupons yet. Claim one: shop claim CODE")


@coupon_app.command(
    "add",
    cls=ShopCommand,
    epilog="""
    shop coupon add WELCOME10 --percent 10 --limit 100
    shop coupon add TWOOFF --amount 2000 --limit 50 --min-order 5000 --valid-days 14
    """,
)
def add(
    context: typer.Context,
    code: Code,
    *,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", parser=positive_count, help="How many there are.")
    ],
    percent: Annotated[
        int | None,
        typer.Option("--percent", metavar="N", parser=positive_count, help="1 to 100 off."),
    ] = None,
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="AMOUNT", help="Fixed amount off.")
    ] = None,
    cap: Annotated[
        str | None,
        typer.Option("--cap", metavar="AMOUNT", help="With --percent: maximum discount."),
    ] = None,
    min_order: Annotated[
        str | None, typer.Option("--min-order", metavar="AMOUNT", help="Minimum subtotal.")
    ] = None,
    opens: Annotated[
        str | None, typer.Option("--opens", metavar="TIME", help="Claiming begins then.")
    ] = None,
    closes: Closes = None,
    use_by: Annotated[
        str | None, typer.Option("--use-by", metavar="TIME", help="Usable until then.")
    ] = None,
    valid_days: Annotated[
        int | None,
        typer.Option(
            "--valid-days",
            metavar="D",
            parser=positive_count,
            help="Days a claimed coupon stays usable.",
        ),
    ] = None,
) -> None:
    """Add a coupon that a limited number of users can claim."""
    call = Call.of(context)
    example = like("shop coupon add WELCOME10 --percent 10 --limit 100")
    one_of(example, percent=percent, amount=amount)
    at_most_one_of({"reason": "cap_without_percent"}, amount=amount, cap=cap)
    with call.shop() as shop:
        added = shop.add_coupon(
            code,
            percent=percent,
            amount=call.optional_amount(amount),
            cap=call.optional_amount(cap),
            limit=limit,
            min_order=call.optional_amount(min_order),
            opens=instant(shop, opens),
            closes=instant(shop, closes, ends=True),
            use_by=instant(shop, use_by, ends=True),
            valid_days=valid_days,
        )
        _answer(call, added, shop.now())
        if not call.as_json:
            others = (one.code for one in shop.coupon_list(limit=COMPARED_NAMES_MAX))
            remark_lookalikes(call, added.code, others)


@coupon_app.command(
    "set",
    cls=ShopCommand,
    epilog="""
    shop coupon set WELCOME10 --limit 200
    shop coupon set WELCOME10 --disabled --reason "leaked"
    """,
)
def change(
    context: typer.Context,
    code: Code,
    *,
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", parser=positive_count, help="How many there are."),
    ] = None,
    closes: Closes = None,
    disabled: Annotated[bool, typer.Option("--disabled", help="No claim, no use.")] = False,
    enabled: Annotated[bool, typer.Option("--enabled", help="Usable again.")] = False,
    reason: Reason = None,
) -> None:
    """Change a coupon's limit, closing time or state."""
    call = Call.of(context)
    help_text = see("shop coupon set --help")
    at_most_one_of(help_text, disabled=disabled, enabled=enabled)
    if limit is None and closes is None and not (disabled or enabled):
        raise InvalidInput("Nothing to change was given.", details=help_text)
    with call.shop() as shop:
        before = shop.coupon(code)
        changed = shop.set_coupon(
            code,
            limit=limit,
            closes=instant(shop, closes, ends=True),
            disabled=disabled if disabled or enabled else None,
            reason=reason,
        )
        _answer(call, changed, shop.now())
        call.remark_unchanged(before, changed)


@coupon_app.command("list", cls=ShopCommand, epilog="shop coupon list")
def list_all(context: typer.Context, limit: Limit = None) -> None:
    """List coupons with how many are claimed and redeemed."""
    call = Call.of(context)
    with call.shop() as shop:
        listed = shop.coupon_list(limit=call.rows_to_show(limit))
    call.output.rows(
        listed,
        Coupon,
        [
            Column("code"),
            Column("percent", "%", right=True, spare=2),
            Column("amount", right=True, spare=2),
            Column("claimed", right=True, spare=3),
            Column("limit", "of", right=True, spare=3),
            Column("redeemed", right=True, spare=4),
            Column("state", spare=1),
        ],
    )
    call.remark_list(
        len(listed),
        limit,
        empty="No coupons yet. Add one: shop coupon add WELCOME10 --percent 10 --limit 100",
    )


@coupon_app.command("show", cls=ShopCommand, epilog="shop coupon show WELCOME10")
def show(context: typer.Context, code: Code) -> None:
    """Show one coupon."""
    call = Call.of(context)
    with call.shop() as shop:
        _answer(call, shop.coupon(code), shop.now())


def _answer(call: Call, coupon: Coupon, now: datetime) -> None:
    """Answer with a coupon; of a time that has gone by it says what was."""
    if coupon.percent is not None:
        terms = f"{coupon.percent} % off"
        if coupon.cap is not None:
            terms += f", at most {call.money(coupon.cap, coupon.currency)}"
    else:
        terms = f"{call.money(coupon.amount or 0, coupon.currency)} off"
    if coupon.min_order:
        terms += f" orders from {call.money(coupon.min_order, coupon.currency)}"
    lines = [
        f"{coupon.code}: {terms}; {coupon.state.replace('_', ' ')}",
        f"{coupon.claimed} of {coupon.limit} claimed, {coupon.redeemed} redeemed",
    ]
    times = [
        ("opens" if coupon.opens and now < coupon.opens else "opened", coupon.opens),
        ("closes" if coupon.closes and now <= coupon.closes else "closed", coupon.closes),
        ("use by", coupon.use_by),
    ]
    told = [f"{word} {call.moment(moment)}" for word, moment in times if moment is not None]
    if coupon.valid_days is not None:
        told.append(f"valid for {coupon.valid_days} days")
    if told:
        lines.append(", ".join(told))
    call.output.record(coupon, *lines)
