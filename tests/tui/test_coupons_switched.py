"""Coupons at an operator's storefront: switched off where a code has leaked, and on again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shopcli import Shop
from shopcli.tui.app import make_app
from tests.tui.stage import Stage, perform


def test_an_operator_switches_a_leaked_coupon_off_and_on_again(stocked: Shop) -> None:
    """Off wants a reason, on says why it was off; who was first is told, and nothing done twice."""
    origin = stocked.runtime.origin._replace(actor="ana", host="front")
    other = Shop(replace(stocked.runtime, origin=origin))
    code = stocked.coupon_list()[0].code

    async def play(stage: Stage) -> None:
        await stage.press("2")
        await stage.sees(code, "o Switch off")
        await stage.press("o")
        await stage.reads(f"Switch {code} off? Nobody can then claim it", "enter Switch off")
        await stage.press("enter")
        await stage.sees("Say why")
        await stage.type("leaked")
        await stage.press("enter")
        await stage.sees(f"{code} is switched off: nobody can claim or use it.", "o Switch on")
        await stage.press("y")
        assert stage.app.clipboard == f"shop coupon set {code} --disabled --reason leaked"
        other.set_coupon(code, disabled=False)
        await stage.until(lambda: "o Switch off" in stage.text)
        await stage.press("o")
        await stage.type("again")
        other.set_coupon(code, disabled=True, reason="abused")
        await stage.press("enter")
        await stage.reads(f"{code} was switched off before (ana@front, 2026-03-12 21:00): abused.")
        await stage.reads("Not recorded: again.")
        await stage.press("o")
        await stage.reads(f"{code} is switched off (ana@front, 2026-03-12 21:00): abused.")
        other.set_coupon(code, disabled=False)
        other.set_coupon(code, disabled=True, reason="stolen")
        await stage.type("found")
        await stage.press("enter")
        await stage.reads("Nothing was changed: that is another switch-off than the one shown.")
        await stage.reads(f"{code} is switched off (ana@front, 2026-03-12 21:00): stolen.", "found")
        assert stocked.coupon(code).state == "disabled"
        await stage.press("enter")
        await stage.sees(f"{code} is switched on again.")
        other.set_coupon(code, disabled=True)
        await stage.until(lambda: "is switched on again" not in stage.text)

    perform(make_app(stocked, user="kim"), play)

    reasons = [change.reason for change in stocked.changes("coupon", code)]
    assert reasons == [None, "found", "stolen", None, "abused", None, "leaked"]


def test_no_member_switches_a_coupon(stocked: Shop) -> None:
    """The key is not there, and does nothing; the palette of the desk leads to it."""

    async def play(stage: Stage) -> None:
        await stage.press("2")
        await stage.press("o")
        assert "Switch" not in stage.text

    perform(make_app(stocked, user="kim", bound=True), play)

    async def find(stage: Stage) -> None:
        await stage.press("ctrl+p")
        await stage.type("switch a coupon")
        await stage.sees("shop coupon set --disabled")
        await stage.press("enter")
        await stage.sees("o Switch off")

    perform(make_app(stocked, desk=True), find)


@pytest.mark.parametrize("keys", [(), ("f7",)])
def test_the_coupon_that_a_till_names_at_a_bill_is_that_of_now(
    stocked: Shop, keys: tuple[str, ...]
) -> None:
    """It goes once it is switched off and comes back; enter counts, as the same is paid."""
    for code in ("FIRST3", "WELCOME10"):
        stocked.claim("kim", code)

    async def play(stage: Stage) -> None:
        for line in ("LATTE", "", "kim"):
            await stage.type(line)
            await stage.press("enter")
        await stage.press(*keys)
        await stage.sees("FIRST3 saves 2,250")
        stocked.set_coupon("FIRST3", disabled=True, reason="leaked")
        await stage.sees("WELCOME10 saves 450")
        stocked.set_coupon("WELCOME10", disabled=True, reason="leaked")
        await stage.until(lambda: "saves" not in stage.text)
        stocked.set_coupon("FIRST3", disabled=False)
        await stage.sees("FIRST3 saves 2,250")
        if not keys:
            await stage.press("enter")
            await stage.sees("✓ Paid")

    perform(make_app(stocked, kiosk=True), play)

    assert [one.total for one in stocked.orders("kim")] == ([] if keys else [4_500])
