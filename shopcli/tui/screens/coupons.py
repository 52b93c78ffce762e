"""Coupons: which can be claimed, how many are left, which the user holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content

from shopcli.domain.couponing import Terms, check_claimable
from shopcli.domain.errors import CouponAlreadyClaimed, CouponSoldOut, ShopError
from shopcli.domain.facts import filled
from shopcli.domain.moments import to_microseconds
from shopcli.domain.records import Claim, Coupon, User, UserCoupon
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.checkout.coupon_times import LOOK_SECONDS, CouponTimes, times_of
from shopcli.tui.journal.standing import why_barred
from shopcli.tui.screens.screen import StoreScreen
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.product_side import Panel
from shopcli.tui.widgets.rows import Cell, Row, RowList
from shopcli.tui.wording import bar, ending

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from shopcli import Shop
    from shopcli.tui.wording import Wording

_ADDS_ONE = "shop coupon add WELCOME10 --percent 10 --limit 100"
_BAR_WIDTH = 8
_COLUMNS = (
    Column("COUPON", 8, whole=True),
    Column("TAKES OFF", whole=True, leave_out=2),
    Column("LEFT", 7, right=True),
    Column("", _BAR_WIDTH, from_width=76, leave_out=9),
    Column("YOURS", 12, whole=True, leave_out=1),
)
_STATES = {
    "closed": "closed",
    "sold_out": "sold out",
    "expired": "expired",
    "disabled": "switched off",
}
"""Why a coupon cannot be claimed, in words."""


@dataclass(frozen=True, slots=True)
class Found:
    """All coupons, and those the user holds, by code."""

    coupons: tuple[Coupon, ...]
    mine: dict[str, UserCoupon]
    times: CouponTimes | None = None
    """When something of this is over; None where nothing was read."""
    gone: frozenset[str] = frozenset()
    """Codes of coupons that were listed and are not any more."""
    user: User | None = None
    """Who would claim one; None where that is not known."""

    def with_those_gone(self, before: Found) -> Found:
        """The same with the coupons that were listed before, so that no row takes another's place.

        A member is shown what can be claimed. When the last one of a coupon is taken, the cursor
        would be on the next coupon, and Enter would claim that.
        """
        listed = {coupon.code for coupon in self.coupons}
        missing = [coupon for coupon in before.coupons if coupon.code not in listed]
        together = sorted((*self.coupons, *missing), key=lambda coupon: coupon.code)
        gone = frozenset(coupon.code for coupon in missing)
        return replace(self, coupons=tuple(together), gone=gone)

    def without_those_gone(self, but: str) -> Found:
        """The same without coupons that are gone, but for the one that the cursor is on."""
        gone = self.gone - {but}
        coupons = tuple(coupon for coupon in self.coupons if coupon.code not in gone)
        return replace(self, coupons=coupons, gone=self.gone - gone)


class CouponsScreen(StoreScreen):
    """Lists all coupons; Enter claims one."""

    AUTO_FOCUS = "#coupons"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "claim", "Claim"),
        Binding("enter,space", "claim_once", "Claim if not claimed"),
        # Where there is nothing to claim, it says why.
        Binding("enter,space", "why", show=False),
        Binding("o", "switch_off", "Switch off"),
        Binding("o", "switch_on", "Switch on"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found = Found((), {})
        self._claiming = False
        self._row_key = ""

    def body(self) -> ComposeResult:
        """Compose the list, and with it what the coupon under the cursor means."""
        say = self.visit.wording.catalogue.text
        empty = say("No coupons yet.")
        if self.visit.has_desk:
            empty += f" {say('Add one in a shell:')}\n\n{self.visit.wording.pasted(_ADDS_ONE)}"
        with Container(id="coupon-shelf"):
            yield RowList(_COLUMNS, empty=empty, id="coupons")
            yield Panel(id="coupon-detail")

    def reload(self) -> None:
        """Ask for all coupons and those of the user."""
        user = self.visit.user
        self.ask("coupons", lambda shop: _find(shop, user))

    def on_mount(self) -> None:
        """Watch the clock: a coupon opens at a second, and nothing in the shop changes then."""
        self.set_interval(LOOK_SECONDS, self._reload_if_over)

    def _reload_if_over(self) -> None:
        times = self._found.times
        if self.is_active and times is not None and times.has_passed(self.visit.shop.now()):
            self.reload()

    def on_screen_resume(self) -> None:
        """Forget coupons that were gone before: another storefront does not list them either."""
        code = self.query_one("#coupons", RowList).current_key
        self._found = self._found.without_those_gone(code)

    def told(self, value: object) -> None:
        """Show the coupons, or the outcome of a claim."""
        match value:
            case Found():
                self._found = value.with_those_gone(self._found)
                self._show()
                self.forget_untrue()
            case Claim():
                self._claiming = False
                self.store.done(commands.claim(value.user, value.coupon, value.key))
                facts = {"coupon": value.coupon, "number": value.number, "limit": value.limit}
                say = self.visit.wording.catalogue.text
                told = say(
                    "Yours: {coupon}, number {number:,} of {limit:,}. Choose it when you pay."
                )
                self.store.say(filled(told, facts), "good")
                self.reload()

    def not_done(self, about: str, error: ShopError) -> None:
        """Show why a claim was refused; sold out and already held are no faults."""
        self._claiming = False
        ordinary = isinstance(error, CouponSoldOut | CouponAlreadyClaimed)
        self.tell_refusal(about, error, "warn" if ordinary else "bad")
        self.refresh_bindings()  # what is not known is claimed by another key line
        self.reload()

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        code = self.query_one("#coupons", RowList).current_key
        if code != self._row_key:
            self._row_key = code
            self.say("")  # it is about another coupon
        self._show_detail()
        self.refresh_bindings()

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if self._does == "why":
            self.action_why()
        else:
            self.action_claim()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key is active: only what the user has not had can be claimed."""
        if action in {"claim", "claim_once", "why"}:
            return self._does == action
        if action in {"switch_off", "switch_on"}:
            coupon = self._under_cursor if self.visit.has_desk else None
            is_off = coupon is not None and coupon.state == "disabled"
            return coupon is not None and (action == "switch_on") == is_off
        return super().check_action(action, parameters)

    def action_switch_off(self) -> None:
        """Ask why, and let nobody claim or use the coupon under the cursor any more."""
        self._switch()

    def action_switch_on(self) -> None:
        """Let the coupon under the cursor be claimed and used again."""
        self._switch()

    def _switch(self) -> None:
        from shopcli.tui.coupons.switching import switch  # only an operator does

        coupon = self._under_cursor
        if coupon is not None and self.visit.has_desk:
            switch(self, coupon, self._listed)

    def commands(self) -> Iterable[SystemCommand]:
        """What an operator does about a coupon, for the palette."""
        say, coupon = self.visit.wording.catalogue.text, self._under_cursor
        if coupon is None or not self.visit.has_desk:
            return
        facts = {"code": coupon.code}
        if coupon.state == "disabled":
            title, command = say("Switch {code} on"), "shop coupon set --enabled"
        else:
            title, command = say("Switch {code} off"), "shop coupon set --disabled"
        yield SystemCommand(inert(filled(title, facts)), command, self._switch)

    @property
    def _under_cursor(self) -> Coupon | None:
        rows = next(iter(self.query("#coupons").results(RowList)), None)
        return None if rows is None else self._listed(rows.current_key)

    def _listed(self, code: str) -> Coupon | None:
        """The coupon of a code, where it is listed and not only kept in its place."""
        if code in self._found.gone:
            return None
        return next((one for one in self._found.coupons if one.code == code), None)

    @property
    def _does(self) -> str:
        """What Enter does with the coupon under the cursor, as an action."""
        rows = next(iter(self.query("#coupons").results(RowList)), None)
        if rows is not None and self.visit.is_claim_in_doubt(rows.current_key):
            return "claim_once"
        return "why" if self._why_not() else "claim"

    def action_claim_once(self) -> None:
        """Send a claim again, with its key, of which it is not known whether it was made."""
        self.action_claim()

    def action_why(self) -> None:
        """Say why there is nothing to claim."""
        self.say(self._why_not(), "warn")

    def _why_not(self) -> str:
        """Why the coupon under the cursor is not claimed; empty where it can be."""
        rows = next(iter(self.query("#coupons").results(RowList)), None)
        code = "" if rows is None else rows.current_key
        mine = self._found.mine.get(code)
        if mine is None:
            coupon = next((one for one in self._found.coupons if one.code == code), None)
            return "" if coupon is None else self._why_not_open(coupon)
        say = self.visit.wording.catalogue.text
        facts: dict[str, object] = {"coupon": inert(mine.coupon), "number": mine.number}
        match mine.state:
            case "redeemed":
                facts["order"] = ending(mine.order)
                told = say("You have used {coupon} already, in order {order}.")
            case "claimed" if mine.usable:
                told = say("{coupon} is yours, number {number}: choose it when you pay.")
            case "claimed":
                told = say("{coupon} is yours, but it is switched off.")
            case _:
                told = say("Your {coupon} has expired.")
        return filled(told, facts)

    def _why_not_open(self, coupon: Coupon) -> str:
        """Why nobody can claim a coupon now; empty where that can be, as far as is known."""
        wording = self.visit.wording
        if coupon.code in self._found.gone:
            told = wording.catalogue.text("{coupon} cannot be claimed any more.")
            return filled(told, {"coupon": inert(coupon.code)})
        barred = None if self._found.user is None else why_barred(self._found.user)
        if barred is not None:
            return wording.refusal(barred)
        try:
            check_claimable("", _terms(coupon), None, to_microseconds(self.visit.shop.now()))
        except ShopError as refusal:
            return wording.refusal(refusal)
        return ""

    def action_claim(self) -> None:
        """Claim the coupon under the cursor."""
        code = self.query_one("#coupons", RowList).current_key
        if not code or self._claiming:
            return
        user = self.visit.user
        if user is None:
            self.store.with_user(self.action_claim)
            return
        self._claiming = True
        operation = self.visit.claim_of(user, code)
        self.carry_out(operation, lambda shop: shop.claim(user, code, key=operation.key))

    def _show(self) -> None:
        rows = [self._row(coupon) for coupon in self._found.coupons]
        self.query_one("#coupons", RowList).show(rows)
        self._show_detail()
        self.refresh_bindings()

    def _row(self, coupon: Coupon) -> Row:
        is_gone = coupon.code in self._found.gone
        left = 0 if is_gone else coupon.limit - coupon.claimed
        mine, tone = self._mine(coupon)
        return Row(
            coupon.code,
            (
                Cell(coupon.code),
                Cell(self.visit.wording.takes_off(coupon)),
                Cell("" if is_gone else f"{left:,}/{coupon.limit:,}", "" if left else "muted"),
                Cell(bar(left, coupon.limit, _BAR_WIDTH), "accent"),
                Cell(mine, tone),
            ),
        )

    def _mine(self, coupon: Coupon) -> tuple[str, str]:
        mine, say = self._found.mine.get(coupon.code), self.visit.wording.catalogue.text
        if mine is None:
            if coupon.code in self._found.gone:
                return say("no more"), "bad"
            if coupon.state == "open":
                is_blocked = self._found.user is not None and self._found.user.state == "blocked"
                return say("not now") if is_blocked else say("enter claims"), "muted"
            if coupon.opens is not None and coupon.state == "not_open":
                facts = {"opens": self._opening(coupon.opens)}
                return filled(say("opens {opens}"), facts), "warn"
            return say(_STATES[coupon.state]), "bad"
        if mine.state == "claimed":
            if not mine.usable:
                return say(_STATES["disabled"]), "bad"
            return filled(say("no. {number}, ready"), {"number": mine.number}), "good"
        if mine.state == "redeemed":
            return filled(say("used {order}"), {"order": ending(mine.order)}), "muted"
        return say(_STATES["expired"]), "muted"

    def _opening(self, opens: datetime) -> str:
        """When a coupon opens: the time where that is today."""
        wording, zone = self.visit.wording, self.visit.wording.timezone
        now, at = self.visit.shop.now().astimezone(zone), opens.astimezone(zone)
        if at.date() == now.date():
            return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
        return wording.short_moment(opens) if at.year == now.year else f"{at:%Y-%m-%d}"

    def _show_detail(self) -> None:
        code = self.query_one("#coupons", RowList).current_key
        coupon = next((one for one in self._found.coupons if one.code == code), None)
        if coupon is not None and code in self._found.gone and code not in self._found.mine:
            say = self.visit.wording.catalogue.text
            told = filled(say("{coupon} cannot be claimed any more."), {"coupon": inert(code)})
            self.query_one("#coupon-detail", Panel).put(Content(told))
        elif coupon is not None:
            now = self.visit.shop.now()
            told = _detail(self.visit.wording, coupon, self._found.mine.get(code), now)
            self.query_one("#coupon-detail", Panel).put(Content(told))


def open_screen() -> CouponsScreen:
    """Make the screen of this tab."""
    return CouponsScreen()


def _terms(coupon: Coupon) -> Terms:
    opens, closes, use_by = (
        None if moment is None else to_microseconds(moment)
        for moment in (coupon.opens, coupon.closes, coupon.use_by)
    )
    return Terms(
        code=coupon.code,
        claim_limit=coupon.limit,
        claim_count=coupon.claimed,
        opens_at=opens,
        closes_at=closes,
        use_by_at=use_by,
        valid_days=coupon.valid_days,
        disabled=coupon.state == "disabled",
    )


def _find(shop: Shop, user: str | None) -> Found:
    at = shop.now()
    coupons = shop.coupon_list()
    if user is None:
        return Found(coupons, {}, times_of(at, coupons, ()))
    mine, standing = shop.coupons(user), shop.user(user)
    by_code = {one.coupon: one for one in mine}
    return Found(coupons, by_code, times_of(at, coupons, mine), user=standing)


def _detail(wording: Wording, coupon: Coupon, mine: UserCoupon | None, now: datetime) -> str:
    """What a coupon is; of a time that has gone by it says what was."""
    say, moment = wording.catalogue.text, wording.moment
    facts: dict[str, object] = {
        "coupon": coupon.code,
        "takes_off": wording.takes_off(coupon),
        "conditions": wording.conditions(coupon),
        "claimed": coupon.claimed,
        "limit": coupon.limit,
        "redeemed": coupon.redeemed,
    }
    told = [
        say("{coupon}: {takes_off} for {conditions}"),
        say("{claimed:,} of {limit:,} claimed, {redeemed:,} used"),
    ]
    if coupon.opens is not None:
        facts["opens"] = wording.end(coupon.opens)
        told.append(say("opens {opens}") if now < coupon.opens else say("opened {opens}"))
    if coupon.closes is not None:
        facts["closes"] = wording.end(coupon.closes)
        can, could = say("can be claimed until {closes}"), say("could be claimed until {closes}")
        told.append(can if now <= coupon.closes else could)
    if mine is not None:
        facts["since"] = moment(mine.claimed_at)
        told.append(say("yours since {since}"))
        if mine.usable_until is not None and mine.state != "redeemed":
            facts["until"] = wording.end(mine.usable_until)
            is_over = now > mine.usable_until
            told[-1] = (
                say("yours since {since}, was usable until {until}")
                if is_over
                else say("yours since {since}, usable until {until}")
            )
    return "\n".join(inert(filled(one, facts)) for one in told)
