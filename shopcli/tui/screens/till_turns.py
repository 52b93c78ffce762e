"""What is pressed at the till is obeyed in its turn; while money is on its way, scans wait."""

from __future__ import annotations

from textual import on
from textual.widgets import Input

from shopcli.tui.screens.till_charges import TillCharges
from shopcli.tui.till.deeds import Back, Deed, Line, Press, Step
from shopcli.tui.widgets.field import ScanField


class TillTurns(TillCharges):
    """Keys and scans, one after the other."""

    def _obey(self, deed: Deed, *, is_live: bool) -> None:
        """Do what a key means at this step."""
        raise NotImplementedError

    @on(Input.Changed, "#scan")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._touch()
        self._clears_next = False
        if bool(event.value) != self._has_text:
            self._has_text = bool(event.value)
            self.refresh_bindings()  # enter takes what is typed
        back = self._put_back
        if back is not None and not event.value.startswith(back.text):
            self._put_back = None
            self._note = "" if self._note == back.told else self._note
            if self._answer.text == back.told:
                self.say("")

    @on(ScanField.Taken)
    def _taken(self, event: ScanField.Taken) -> None:
        event.stop()
        self._take(Line(event.text), is_awaited=event.pressed_at >= self._asked_at)

    @on(ScanField.Pasted)
    def _pasted(self, event: ScanField.Pasted) -> None:
        event.stop()
        self._names_pasted.clear()
        for text in event.lines:
            self._take(Line(text, is_product=len(event.lines) > 1))

    @on(ScanField.Pressed)
    def _pressed(self, event: ScanField.Pressed) -> None:
        event.stop()
        self._take(Press(event.key, event.text))

    @on(ScanField.Stepped)
    def _stepped(self, event: ScanField.Stepped) -> None:
        event.stop()
        self._take(Step(event.step))

    @on(ScanField.Left)
    def _left(self, event: ScanField.Left) -> None:
        event.stop()
        if event.had_text:
            self._touch()
        else:
            self._take(Back())

    def _touch(self) -> None:
        self._idle.touch()
        self._show_left(None)

    def _take(self, deed: Deed, *, is_awaited: bool = True) -> None:
        """Obey what was pressed, in its turn; `is_awaited` if not before the question was shown."""
        self._touch()
        if not self._busy and not self._waiting:
            self._keeps_put_by = False
            self._obey(deed, is_live=is_awaited)
            self._go_on()
        elif not self._awaits_money:
            self._waiting.append(deed)
        elif not isinstance(deed, Line):
            # It would change another's cart, were it kept.
            self._is_told_to_wait = True
            self._show_unseen()
        elif deed.text or self._waiting:
            self._waiting.append(deed)
            self._show_unseen()
        # Else it is an enter of whoever waits for the payment, and means nothing behind it.

    def _go_on(self) -> None:
        """Obey what waits; what came behind a sale that was not paid, once its cart is empty."""
        if self._behind and not (self._busy or self.visit.cart.count):
            self._waiting.extendleft(reversed(self._behind))
            self._behind.clear()
            self._show_unseen()
        while self._waiting and not self._busy:
            self._obey(self._waiting.popleft(), is_live=False)

    def _answered(self) -> None:
        """Go on: what was asked is answered; what came behind a sale that is not paid waits on."""
        if self._is_settling and self._looks_again:
            self._hold_back()
        elif self._is_settling and self._waiting:
            self._tell_end(self._note, self._note_tone)
        self._busy = self._is_settling = False

    def _hold_back(self) -> None:
        """Let what was scanned behind a payment that failed wait: it is no part of that sale."""
        self._behind.extend(self._waiting)
        self._waiting.clear()
