"""Obeys keys one after another: each waits for what the keys before it open."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from textual.events import Event, Key, Paste
from textual.message import Message
from textual.widgets import Input

from shopcli.domain.facts import filled
from shopcli.tui.screens.screen import Asking
from shopcli.tui.store import Store
from shopcli.tui.visit import Visit
from shopcli.tui.widgets.pasting import line_of

CHECK_SECONDS = 0.01
"""How often keys that wait look whether they may go on."""

STUCK_SECONDS = 1.0
"""After this long a key counts as obeyed: the widget it went to was removed with its messages."""

WAIT_SECONDS = 5.0
"""Longest wait for a screen: a database that does not answer must not take the keys away."""

_ROUND_COUNT = 2
"""A key goes from its widget up to the application; what it submits there follows behind it."""


class Passed(Message):
    """Follows a key on its way up; when it arrives, what the key is bound to was done."""

    def __init__(self, number: int, round_number: int) -> None:
        super().__init__()
        self.number = number
        self.round_number = round_number


class KeysInOrder(Store):
    """A store whose keys wait for each other.

    Textual hands on all keys that one read of the terminal brings before it does what the first
    one is bound to. Behind a key that opens a dialog or a tab they would go to the screen that is
    being left, or to one that has no focus yet. A till has one field, which orders its keys itself:
    there the key that quits waits alone, as it goes to no field.
    """

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._keys: deque[Key | Paste] = deque()
        self._key_number = 0
        self._is_obeying = False
        self._obeyed_time = 0.0
        self._waits_since = 0.0
        self._is_checking = False
        self._awaits_command = False
        self._came_at = 0.0
        self._has_refused_paste = False

    @property
    def keys_wait(self) -> bool:
        """Whether keys have come that are not obeyed yet."""
        return self._is_obeying or bool(self._keys)

    def is_quiet(self, seconds: float) -> bool:
        """Whether nobody is at the keys: none waits, and none came for so many seconds."""
        return not self.keys_wait and time.monotonic() - self._came_at > seconds

    def is_newer_than_key(self, moment: float) -> bool:
        """Whether something came after the key was pressed that is obeyed now.

        Args:
            moment: When it came, on the clock of messages.
        """
        return self._is_obeying and moment > self._obeyed_time

    def await_command(self) -> None:
        """Let keys wait for the command that was chosen in the palette, which closes first."""
        self._awaits_command = True

    def command_follows(self) -> None:
        """Let keys go on behind the command, if any, that Textual calls once the palette closed."""

        def is_done() -> None:
            self._awaits_command = False

        # Textual calls the command later, too, and before this.
        self.call_later(self.call_later, is_done)

    async def on_event(self, event: Event) -> None:
        """Queue a key that comes in; let everything else pass."""
        if isinstance(event, Key | Paste):
            self._came_at = time.monotonic()
        if (
            not isinstance(event, Key | Paste)
            or event.is_forwarded
            or (self.kiosk and not _quits(event))
        ):
            await super().on_event(event)
            return
        self._keys.append(event)
        if self.kiosk:
            self._let_keys_before_pass()
        if len(self._keys) == 1 and not self._is_obeying:
            self._waits_since = time.monotonic()
        await self._obey_next()

    def _let_keys_before_pass(self) -> None:
        """Let those that went to a till's field, which orders them, come before what ends it."""
        if not self._is_obeying:
            self._key_number += 1
            self._waits_since = time.monotonic()
            self._is_obeying = self._follow(1)

    async def on_passed(self, passed: Passed) -> None:
        """Go on with the next key, once what this one submitted has arrived, too."""
        passed.stop()
        if passed.number != self._key_number or not self._is_obeying:
            return
        if passed.round_number < _ROUND_COUNT and self._follow(passed.round_number + 1):
            return
        await self._obeyed()

    async def _obey_next(self) -> None:
        while self._keys and not self._is_obeying and self.screen_stack:
            screen, event = self.screen, self._keys[0]
            if not self._is_ready_for(event):
                break
            self._keys.popleft()
            if isinstance(event, Paste) and not self._is_pasted(event):
                continue
            if isinstance(screen, Asking) and isinstance(event, Key) and not screen.takes(event):
                screen.say(screen.told_too_soon(), "warn")
                continue
            self._key_number += 1
            self._is_obeying = True
            self._obeyed_time = event.time
            self._waits_since = time.monotonic()
            target = self.focused or screen
            await super().on_event(event)
            if not target.post_message(Passed(self._key_number, 1)) and not self._follow(1):
                self._is_obeying = False
        if self.keys_wait:  # also for one whose `Passed` went with the widget that had the focus
            self._check_soon()

    def _is_pasted(self, event: Paste) -> bool:
        """Whether a field takes a paste; says why it takes nothing of it."""
        why = self._why_not_pasted(event)
        if why or self._has_refused_paste:
            self.say(why, "warn")
        self._has_refused_paste = bool(why)
        return not why

    def _why_not_pasted(self, event: Paste) -> str:
        """Why nothing of a paste is taken: a field would take the first of its lines in silence."""
        field = self.focused
        if not isinstance(field, Input):
            return ""
        line, say = line_of(event.text), self.visit.wording.catalogue.text
        if line is None:
            return say("Nothing was pasted: that is several lines, and this field takes one.")
        event.text = line
        room = (field.max_length or 0) - len(field.value) + len(field.selected_text)
        if field.max_length and len(line) > room:
            told = say("Nothing was pasted: that is too long, this field takes {most} characters.")
            return filled(told, {"most": field.max_length})
        return ""

    async def _obeyed(self) -> None:
        self._is_obeying = False
        self._waits_since = time.monotonic()
        await self._obey_next()

    def _is_ready_for(self, event: Key | Paste) -> bool:
        top = self.screen
        is_late = time.monotonic() - self._waits_since > WAIT_SECONDS
        if isinstance(top, Asking) and top.awaits_screen:
            if is_late:
                self._give_up(top)
            return False
        if is_late:
            self._awaits_command = False
            return True
        if self._awaits_command:
            return False
        if not (top.is_mounted and top.stack_updates):
            return False  # its field has no focus yet
        return not (isinstance(top, Asking) and isinstance(event, Key) and top.holds(event))

    def _give_up(self, screen: Asking[Any]) -> None:
        """Drop the keys behind one whose screen never came: they are for no other screen."""
        screen.give_up()
        self._keys = deque(event for event in self._keys if _quits(event))

    def _follow(self, round_number: int) -> bool:
        if not self.screen_stack:
            return False
        target = self.focused or self.screen
        return target.post_message(Passed(self._key_number, round_number))

    def _check_soon(self) -> None:
        if not self._is_checking:
            self._is_checking = True
            self.set_timer(CHECK_SECONDS, self._check)

    async def _check(self) -> None:
        self._is_checking = False
        if self._is_obeying and time.monotonic() - self._waits_since > STUCK_SECONDS:
            self._is_obeying = False
        await self._obey_next()


def _quits(event: Event) -> bool:
    return isinstance(event, Key) and event.key == "ctrl+q"
