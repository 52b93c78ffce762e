"""What the till shows: the field, the lines, the step, the total, and what to do next."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from shopcli.domain.errors import ShopError, UserBlocked, UserClosed
from shopcli.domain.facts import filled
from shopcli.domain.records import Product
from shopcli.tui.paying import Payment
from shopcli.tui.payment import Review
from shopcli.tui.screens.screen import StoreScreen
from shopcli.tui.store import FLAT_ROWS
from shopcli.tui.till import steps
from shopcli.tui.till.bills import BillPanel, stopped_text
from shopcli.tui.till.charging import AMOUNT_KEYS, Account, Charging
from shopcli.tui.till.deeds import Deed, Line, PutBack, PutBy, WhyNot
from shopcli.tui.till.idle import IDLE_SECONDS, IdleWatch
from shopcli.tui.till.leftover import LeftOver
from shopcli.tui.till.putaside import PutAside
from shopcli.tui.till.scanning import Several
from shopcli.tui.till.sent_charges import SentCharges
from shopcli.tui.till.undoing import LastSale
from shopcli.tui.till.untaken import takes_away, untaken_text, waiting_text
from shopcli.tui.trigger import Trigger
from shopcli.tui.visit import Deposit
from shopcli.tui.widgets.bars import Answer
from shopcli.tui.widgets.cart_lines import CartLines
from shopcli.tui.widgets.choices import Choices
from shopcli.tui.widgets.field import ScanField
from shopcli.tui.widgets.till_bars import StepBar, Total

_QUESTIONS = {"which", "short", "left", "charge", "undo"}
"""Steps whose question stays whole on a small screen, whatever is told beside it."""


_TELLS_SENT = {"short", "confirm", "charge"}
"""Steps at which the answer line tells of a charge of who is named that was sent."""


class TillView(StoreScreen):
    """What is on the till's screen, and the step that it is at."""

    WHERE = "till"
    AUTO_FOCUS = "#scan"
    HINTS = (
        ("↑↓", "Quantity"),
        ("esc", "Back"),
        ("f1", "Help"),
        ("ctrl+q", "Quit"),
    )

    _times: reactive[int] = reactive(1, repaint=False)
    """How many of the next scan, from `3*` before it."""

    def __init__(self) -> None:
        super().__init__()
        self._step = "products"
        self._review: Review | None = None
        self._account: Account | None = None  # who charges a balance without a sale
        self._questions: deque[Several] = deque()  # what fits several; the first is shown
        self._before = "products"  # the step behind the questions, where no bill is shown
        self._payment: Payment | None = None
        self._aside = PutAside(self.visit)  # payments whose outcome is not known
        self._sent = SentCharges(self.visit)  # and charges
        self._busy = False
        self._put_back: PutBack | None = None  # told as long as it is in the field
        self._note, self._note_tone = "", "good"
        self._doubts = ""  # what is said of those at the bill, behind what else is said there
        self._looks_again = False  # whether the note is of a change, and nothing was paid
        self._asked = ""  # what was scanned or typed, and is looked up
        self._untaken: list[str] = []
        self._names_pasted: list[str] = []  # among several lines, where one name was asked for
        self._why_not: WhyNot | None = None
        self._has_text = False  # whether something is typed
        self._outcomes: dict[str, str] = {}  # what became of what nobody waits for, by its key
        self._ended = ""  # what became of money, where scans waited that come at once
        self._ended_tone = "good"
        self._leftover: LeftOver | None = (
            None  # whose bill was not paid, and what of it is in the cart
        )
        self._behind: deque[Deed] = deque()  # what came behind a sale that was not paid
        self._times_asked = 1  # how many of what was typed as a name, if that is a product
        self._put_by: deque[PutBy] = deque()  # what was put down, until a scan begins a cart
        self._keeps_put_by = False  # whether scans that waited behind it are being taken
        self._charging = Charging(self.visit)
        self._charge_trigger = Trigger(self.visit.steady_clock)  # of whether to charge an amount
        self._stays_at_charge = False  # whether the bill is read again behind that
        self._is_charging = False  # whether a charge, or an undo, is on its way
        self._is_settling = False  # whether the bill behind any of that is read again
        self._is_told_to_wait = False  # whether a key was pressed meanwhile, which did nothing
        self._last_sale = LastSale(self.visit)
        self._asked_at = 0.0  # since when the question of this step is shown
        self._clears_next = False  # whether escape was pressed once, and the next one clears
        self._waiting: deque[Deed] = deque()
        self._shows_paid = False  # whether the bill of who paid last is on the screen
        self._idle = IdleWatch(self.visit.steady_clock)
        self._seconds_left: int | None = None  # seconds until all is put down, where they are shown

    def body(self) -> ComposeResult:
        """Compose the field, the lines, and what to do next."""
        yield StepBar()
        yield ScanField(self._text(steps.ASKS["products"]), id="scan")
        with Horizontal(id="checkout"):
            yield CartLines("SCANNED", empty="")
            yield Choices()
            with Vertical(id="paying"):
                yield Total()
                yield BillPanel()
        yield Answer(id="unseen")

    def on_resize(self) -> None:
        """Write what is told, and what stands beside the lines, for the room that there is now."""
        self._show_unseen()
        self.call_after_refresh(self._panel.lay_out)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Name neither arrows nor escape where they do nothing."""
        is_idle_key = action == "put" and self._step == "doubt"
        if is_idle_key or (self._awaits_money and action in {"back", "put"}):
            return False
        return super().check_action(action, parameters)

    def field_keys(self) -> Iterable[tuple[str, str]]:
        """What the keys do at this step."""
        say = self.visit.wording.catalogue.text
        place = "sent_charge" if self._is_at_sent else self._place
        yield "enter", self._text(steps.ENTER_DOES[place])
        if self._awaits_money:
            yield from self.hints()[2:]
            return
        if self._step == "which":
            yield "1 … 9", say("Its number, then enter: take that one")
            yield "↑↓", say("Mark a product")
        elif self._step != "user":
            yield "3*SKU  SKU:3", say("Three of a product")
            yield "3*", say("Three of the next scan")
        if self._step not in {"which", "doubt"}:
            yield (
                "↑↓",
                say(
                    "One more or one less of the line that is marked: scanned last, or refused last"
                ),
            )
        yield "esc", self._text(self._escape_does)
        yield from self._keys_of_charging()
        if self._step == "products" and self._last_sale.is_before_charge:
            yield (
                "f8",
                say("Say how a charge is taken back; again: undo the sale before it")
                if self._last_sale.is_in_time
                else say("Say how a charge is taken back"),
            )
        elif self._step == "products" and self._last_sale.is_in_time:
            yield "f8", say("Undo the last sale")
        if self._takes_back:
            yield "f9", say("Take back what was put down, until the next scan that is taken")
        yield from self.hints()
        yield "?  q", say("Are typed, as every letter is: f1 is the help, ctrl+q quits")
        yield "ctrl+p", say("Nothing: a till has no list of commands")
        told = say("Without any key: everything is put down")
        yield filled(say("{seconds} s"), {"seconds": int(IDLE_SECONDS)}), told

    @property
    def _escape_does(self) -> str:
        """What Escape does at this step, which without a bill leads to none."""
        if not self._charges_only:
            return steps.ESCAPE_DOES[self._place]
        asks_amount = self._step == "charge" and not self._asks_for_sent
        return steps.ESCAPE_DOES["other_amount" if asks_amount else "account"]

    def _keys_of_charging(self) -> Iterable[tuple[str, str]]:
        """The function keys that charge at this step, and what they do."""
        say = self.visit.wording.catalogue.text
        if self._step in {"which", "left", "doubt"} or not self._charges_payer:
            return
        if self._asks_for_sent:
            if self._step != "charge":
                yield "f4 … f7", say("Ask about the charge that was sent, before any other")
            return
        if self._amounts:
            yield "f5  f6", say("Charge what is short, rounded up")
        if self._step == "charge":
            yield "f7", say("Another amount; that which is asked about is not charged")
        elif self._review is not None:
            yield "f7", say("Charge another amount")
        elif not self.visit.cart.count:
            yield "f7", say("Charge a balance without a sale; with a name typed, theirs")
        if self._payer is not None:
            yield "f4", say("Another method of charging, once there is an amount")

    def key_hints(self) -> Iterable[tuple[str, str]]:
        """What Enter does at this step, then the other keys."""
        say = self.visit.wording.catalogue.text
        if few := list(self._few_hints()):
            yield from few
            if self.app.size.height > FLAT_ROWS:
                yield from self.hints()[2:]
            elif self._awaits_money:
                yield from self.hints()[2:3]  # which shows what is told, where that is cut
            return
        labels = steps.ENTER | steps.ENTER_TYPED if self._field.value else steps.ENTER
        yield "enter", self._text(labels[self._place])
        yield from self._charge_hints()
        if (
            self._step == "products"
            and self._last_sale.is_in_time
            and not self._last_sale.is_before_charge
        ):
            yield "f8", say("Undo last")
        if self._takes_back:
            yield "f9", say("Take back")
        # Where each line counts, the help tells the others.
        first = 0 if self.visit.cart.count else 1  # the arrows change what is in the cart
        hints = self.hints()
        is_full = self._step in {"short", "charge"} and self.has_class("-narrow")
        is_full &= not self._is_at_sent  # which names no key of charging
        is_brief = is_full or self.app.size.height <= FLAT_ROWS
        yield from hints[2:3] if is_brief else hints[first:]

    def _few_hints(self) -> Iterable[tuple[str, str]]:
        """All that a key does where few do anything; none elsewhere."""
        say = self.visit.wording.catalogue.text
        if self._awaits_money:
            if self._field.value:
                yield "enter", self._text(steps.ENTER["sent"])
            yield say("wait"), say("Keys do nothing now")
        elif self._step == "which":
            yield "1-9 enter", self._text(steps.ENTER["which"])
            yield "↑↓", say("Mark")
            yield "esc", say("None")
        elif self._step == "doubt":
            labels = steps.ENTER_TYPED if self._field.value else steps.ENTER
            yield "enter", self._text(labels["doubt"])
            yield "esc", say("Put it down")

    def _charge_hints(self) -> Iterable[tuple[str, str]]:
        say, money = self.visit.wording.catalogue.text, self.visit.wording.money
        if (sent := self._sent_of_payer) is not None:
            if self._step in {"short", "confirm"}:
                yield "f7", filled(say("Charge {amount}?"), {"amount": money(sent.amount)})
            return
        if self._step in {"short", "charge"}:
            for key, amount in zip(AMOUNT_KEYS, self._amounts, strict=False):
                yield key, f"+{money(amount)}"
        is_free = self._step == "products" and not self.visit.cart.count
        is_at_bill = self._step in {"short", "confirm"} and self._charges_payer
        if is_free or is_at_bill:
            yield "f7", say("Charge")
        elif self._step == "charge":
            yield "f7", say("Other amount")
        if self._step == "charge" and self._charging.has_choice:
            yield "f4", say("Method")

    @property
    def _is_paying(self) -> bool:
        return self._payment is not None

    @property
    def _is_in_doubt(self) -> bool:
        return self._payment is not None and self._payment.is_in_doubt

    @property
    def _awaits_money(self) -> bool:
        """Whether a payment, a charge or an undo is on its way, or is not shown yet."""
        is_paying = self._is_paying and not self._is_in_doubt
        return self._is_charging or self._is_settling or is_paying

    @property
    def _amounts(self) -> tuple[int, ...]:
        found = self._review
        if found is None or found.quote.total is None:
            return ()
        return self._charging.amounts(found.quote.total - found.balance)

    @property
    def _payer(self) -> Review | Account | None:
        """Whose balance is shown."""
        return self._review or self._account

    @property
    def _charge_refusal(self) -> ShopError | None:
        """Why the balance of who pays is not charged: they are blocked, or closed."""
        refusal = self._review and self._review.quote.refusal
        return refusal if isinstance(refusal, UserBlocked | UserClosed) else None

    @property
    def _asks_for_sent(self) -> bool:
        """Whether a charge of who is named was sent, and it is not known whether it is booked."""
        return self._sent_of_payer is not None

    @property
    def _sent_of_payer(self) -> Deposit | None:
        """That charge."""
        found = self._payer
        return None if found is None else self._charging.open_deposit(found.user)

    @property
    def _is_at_sent(self) -> bool:
        """Whether it is asked whether to charge that one."""
        return self._step == "charge" and self._asks_for_sent and not self._awaits_money

    @property
    def _charges_payer(self) -> bool:
        """Whether the keys of charging do anything for who is named."""
        return self._asks_for_sent or self._charge_refusal is None

    @property
    def _charges_only(self) -> bool:
        """Whether a balance is charged without a sale."""
        is_charge = self._step in {"amount", "charge"} and self._review is None
        return self._step == "account" or is_charge

    @property
    def _takes_back(self) -> bool:
        """Whether what was put down last can be taken back now."""
        return bool(self._put_by) and self._step == "products" and not self.visit.cart.count

    @property
    def _choices(self) -> Choices:
        return self.query_one(Choices)

    def watch__times(self) -> None:
        """Show that so many of the next scan are meant, at whatever step."""
        self._show_aside()

    def _show_left(self, seconds: int | None) -> None:
        self._seconds_left = seconds
        self._show_aside()

    def _show_aside(self) -> None:
        say = self.visit.wording.catalogue.text
        forms: list[tuple[str, ...]] = [(), (), ()]
        if self._times > 1:
            times = (say("{quantity} × of the next scan"), say("{quantity} × next"), "{quantity} ×")  # noqa: RUF001  # the sign for it
            forms = [(*form, one) for form, one in zip(forms, times, strict=True)]
        if self._seconds_left is not None:
            left = (say("resets in {seconds} s"), say("{seconds} s"), say("{seconds} s"))
            forms = [(*form, one) for form, one in zip(forms, left, strict=True)]
        facts = {"quantity": f"{self._times:,}", "seconds": self._seconds_left}
        told = [filled(" · ".join(form), facts) for form in forms]
        self.query_one(StepBar).tell_aside(*told)

    @property
    def _field(self) -> Input:
        return self.query_one("#scan", Input)

    @property
    def _answer(self) -> Answer:
        return self.query_one("#answer", Answer)

    @property
    def _unseen(self) -> Answer:
        return self.query_one("#unseen", Answer)

    @property
    def _panel(self) -> BillPanel:
        return self.query_one(BillPanel)

    @property
    def _place(self) -> str:
        """The step, as the tables of texts name it."""
        if self._awaits_money:
            return "sent"
        return "more" if self._step == "products" and self.visit.cart.count else self._step

    @property
    def _trigger(self) -> Trigger:
        """What keeps an enter too soon from counting at this step."""
        return self._charge_trigger if self._step == "charge" else self.visit.trigger

    @property
    def _answer_alone(self) -> str:
        """What is said without what is said anew: doubts with each bill, how enters count."""
        told = self._trigger.alone(self._answer.text, self._text)
        return told.removesuffix(self._doubts).rstrip()

    def _text(self, text: str) -> str:
        """A text of a table, in the language of the user."""
        return self.visit.wording.catalogue.text(text)

    def say(self, text: str, tone: str = "") -> None:
        """Show a text in the answer line; where each line counts, advice gives way to it."""
        super().say(text, tone)
        self._make_room()

    def _say_beside(self, why: str) -> None:
        """Say, once, why a key does nothing; what is told stays."""
        told = self._answer.text
        if why not in told:
            self.say("\n".join(filter(None, (told, why))), "warn")

    def _say_too_soon(self) -> None:
        """Say that an enter came too soon; once one would count, that this one did not."""
        self.say(self._trigger.too_soon_text(self._text), "warn")
        self._show_calm_soon()

    def _show_calm_soon(self) -> None:
        self.set_timer(self._trigger.counts_in_seconds, self._show_calm)

    def _show_calm(self) -> None:
        if not self._trigger.is_calm:
            self._show_calm_soon()
        elif self.is_there:
            told = self._trigger.calm_text(self._answer.text, self._text)
            if told != self._answer.text:
                self.say(told, self._answer.tone)

    def _make_room(self) -> None:
        is_said, is_unseen = bool(self._answer.text), bool(self._unseen.text)
        self.set_class(is_said, "-said")
        self.set_class(is_unseen, "-unseen")
        self.set_class(is_said or is_unseen, "-told")
        self._panel.make_room(is_told=is_said or is_unseen)

    def _taken_out(self, product: Product) -> str:
        """Tell that a product is out of the cart, and what the next arrow changes."""
        marked = self.query_one(CartLines).line(self.visit)
        facts = {"name": product.name, "marked": marked.product.name if marked else ""}
        say = self.visit.wording.catalogue.text
        told = (
            say("{name} is taken out. The arrows change {marked} now.")
            if marked
            else say("{name} is taken out.")
        )
        return filled(told, facts)

    def _mark_what_stops(self, refusal: ShopError) -> None:
        """Let the arrows change a line that a refusal is about, which says to take some out."""
        skus = self._stopped_by(refusal)
        lines = self.query_one(CartLines)
        if skus and lines.current_key not in skus:
            lines.follow(next(iter(skus)))

    def _stopped_by(self, refusal: ShopError) -> list[str]:
        """The SKUs of the lines that a refusal is about."""
        is_of_lines = refusal.code in {"out_of_stock", "product_off_sale"}
        return [item["sku"] for item in refusal.details["items"]] if is_of_lines else []

    def _ring(self) -> None:
        """Ring the bell for bad news, where that is wanted."""
        if self.visit.rings:
            self.app.bell()

    def _leave_out(self) -> None:
        """Keep telling that what was scanned is not in the cart."""
        self._untaken.append(self._asked)
        self._show_unseen()

    def _forget_unseen(self) -> None:
        """Take all of it away, as escape does."""
        self._outcomes.clear()
        self._forget_cart()

    def _forget_cart(self) -> None:
        """Tell no more of a cart that is over; what became of money is told until escape."""
        self._untaken.clear()
        self._outcomes.pop("", None)
        self._ended = ""
        self._show_unseen()

    def _tell_end(self, told: str, tone: str = "good") -> None:
        """Keep telling what became of money that was sent, where scans waited that come at once."""
        self._ended, self._ended_tone = told if self._waiting or self._behind else "", tone
        self._show_unseen()

    def _tell_outcome(self, key: str, told: str) -> None:
        """Tell what became of a payment or charge nobody waits for, last; empty tells it no more.

        Args:
            key: Of the payment or charge; empty for what was put down.
            told: What to say until escape takes it away.
        """
        before = self._outcomes.pop(key, "")
        if told:
            self._outcomes[key] = told
        if told or before:
            self._show_unseen()

    def _show_unseen(self) -> None:
        width = self.size.width - 2
        stays = [self._left_text] if self._left_text and self._step != "left" else []
        if texts := self._waiting_texts:
            stays.append(waiting_text(texts, width, self._text, is_sent=self._awaits_money))
        self._is_told_to_wait &= self._awaits_money
        waits = self._is_told_to_wait and not (stays or self._untaken or self._outcomes)
        if self._is_told_to_wait:
            stays.append(self._text("Wait: keys do nothing now, and scans wait."))
        told = [self._ended] if self._ended else []
        if self._untaken:  # before the key of a payment, which may take more room than there is
            told.append(untaken_text(self._untaken, width, self._text))
        sent = self._sent_of_payer if self._step in _TELLS_SENT else None
        about = "" if sent is None else sent.operation.key  # told beside the bill, and there alone
        told += (text for key, text in self._outcomes.items() if key != about or not key)
        tone = self._ended_tone if not stays and told == [self._ended] else "bad"
        if told and self._step == "products":
            told[-1] = takes_away(told[-1], self._text)
        self._unseen.say("\n".join((*stays, *told)), "warn" if waits else tone)
        self._make_room()

    @property
    def _waiting_texts(self) -> list[str]:
        """What was scanned behind money that is on its way, or behind a sale that is not paid."""
        waiting = [*self._behind, *(self._waiting if self._awaits_money else ())]
        return [one.text for one in waiting if isinstance(one, Line) and one.text]

    @property
    def _left_text(self) -> str:
        """What to say of what somebody left unpaid, unless who is named pays it unasked."""
        left, found = self._leftover, self._review
        if left is None or (found is not None and left.is_settled_with(found.user)):
            return ""
        return left.text(self.visit.cart, self.visit.wording.catalogue)

    def _forget_user(self) -> None:
        self.visit.user = self._review = self._account = None
        self._charging.forget()

    def _mark_paid(self) -> None:
        """Keep that what is shown is of who paid or charged last, until the next scan."""
        self._shows_paid = True
        self._set_apart()

    def _set_apart(self) -> None:
        """Show no lines beside what is not about them, where there is no room for both."""
        is_apart = self._step == "undo" or self._charges_only or self._shows_paid
        self.set_class(is_apart, "-apart")

    def _forget_paid(self) -> None:
        """Take away what was told of who paid or charged last."""
        if self._shows_paid:
            self._start_over()

    def _start_over(self) -> None:
        """Go back to the products, with no user and no balance shown."""
        self._forget_user()
        self._go("products")

    def _go(self, step: str) -> None:
        self._step, self._shows_paid = step, False
        self._asked_at = Message().time
        if step not in {"amount", "charge"}:
            self._charging.end()
        self.set_focus(self._field)
        if step == "user":
            self.say("")
        self._show_next()
        self._show_step()
        self._show_unseen()
        self.show_wallet()

    def _show_next(self) -> None:
        """Where there is no bill: ask for a name, and say what a mark at a line means."""
        say = self.visit.wording.catalogue.text
        asks = {
            "products": "",
            "user": say("Who pays?"),
            "account": say("Whose balance is charged?"),
        }
        if self._step in asks and not self._shows_paid:
            told = "" if self._step == "account" else stopped_text(self.visit.cart.lines, say)
            self._panel.put_next(asks[self._step], told)

    def _show_step(self) -> None:
        """Name the step, and what Enter does at it."""
        self._field.placeholder = self._text(steps.ASKS[self._place])
        way = steps.CHARGING if self._charges_only else steps.SELLING
        names = tuple(self._text(name) for name in way.names)
        self.query_one(StepBar).tell(names, way.numbers[self._step])
        lines = self.query_one(CartLines)
        lines.empty = self._text(
            "Scan or type a product.\nEnter on an empty field goes on to paying."
            if self._step == "products"
            else "Nothing is scanned."
        )
        lines.refresh()
        self.set_class(self._step == "which", "-asking")
        self.set_class(self._step in _QUESTIONS and not self._awaits_money, "-question")
        self._set_apart()
        self.refresh_bindings()

    def _show_lines(self) -> None:
        visit = self.visit
        self.query_one(CartLines).tell(visit)
        if self._leftover is not None:
            if not self._leftover.lines(visit.cart):
                self._leftover = None  # what is scanned from now on is nobody's yet
            self._show_unseen()
        self._show_next()
        say, wording = visit.wording.catalogue.text, visit.wording
        self.query_one(Total).tell(say("TOTAL"), wording.money(visit.cart.total), wording.currency)
