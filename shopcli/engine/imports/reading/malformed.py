"""Collects the errors of an input, with line and column, up to the number the caller allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from shopcli.domain.errors import InvalidInput, ShopError
from shopcli.domain.facts import Say, filled
from shopcli.domain.showing import inert

if TYPE_CHECKING:
    from collections.abc import Callable

Own = tuple[Any, ...] | str
"""What a row consists of: its cells, or its whole text if it has other cells than the header."""

INPUT = "_input"
"""Name of that text in a rejects file of JSON Lines."""

ERRORS_SHOWN_MAX = 100
_MESSAGES_SHOWN = 5


class MalformedLines(InvalidInput):
    """Lines of an input are malformed; the message lists the first of them."""

    def sentence(self, say: Say = str) -> str:
        """The number of malformed lines, and the errors of the first ones, one on each line."""
        told = [super().sentence(say)]
        for error in self.details["errors"][:_MESSAGES_SHOWN]:
            column = inert(error["column"] or "")
            text = say(
                "Line {line}, column {column}: {message}" if column else "Line {line}: {message}"
            )
            told.append(filled(text, {**error, "column": column}))
        more = self.details["error_count"] - _MESSAGES_SHOWN
        if more > 0:
            told.append(filled(say("… and {more} more"), {"more": more}))
        return "\n".join(told)


class Malformed:
    """The errors of an input.

    Args:
        most: Number of malformed lines to reject before the input is refused; any if None.
        put_aside: Called with (line, column, code, message, own cells or text) of a malformed line.
        worded: Turns an error into its message.
    """

    def __init__(
        self,
        most: int | None,
        put_aside: Callable[[int, str | None, str, str, Own], None],
        worded: Callable[[ShopError], str],
    ) -> None:
        self._worded = worded
        self._most = most
        self._put_aside = put_aside
        self.errors: list[dict[str, Any]] = []
        self.error_count = 0
        self.line_count = 0
        self.noted: Callable[[Own], None] = lambda _own: None
        """Called with each malformed row."""
        self._last_line = 0
        self.dropped: set[int] = set()
        """Lines found malformed after they were stored; they must not be applied."""

    def add(
        self,
        line: int,
        column: str | None,
        message: str,
        own: Own,
        *,
        code: str = InvalidInput.code,
        was_kept: bool = False,
    ) -> None:
        """Add an error; the first error of a line is the one in the rejects file."""
        self.error_count += 1
        shown = inert(message)
        if len(self.errors) < ERRORS_SHOWN_MAX:
            self.errors.append({"line": line, "column": column, "code": code, "message": shown})
        if line == self._last_line or line in self.dropped:
            return
        self._last_line = line
        self.line_count += 1
        if was_kept:
            self.dropped.add(line)
        self.noted(own)
        if self._most is None or self.line_count <= self._most:
            self._put_aside(line, column, code, shown, own)

    def add_error(self, line: int, column: str | None, error: ShopError, own: Own) -> None:
        """Add the error of a cell."""
        self.add(line, column, self._worded(error), own, code=error.code)

    def add_beside(self, line: int, message: str, own: Own) -> None:
        """Reject a line only because another line of its order is malformed; adds no error."""
        self.line_count += 1
        if self._most is None or self.line_count <= self._most:
            self._put_aside(line, None, InvalidInput.code, inert(message), own)

    def put_beside(self, line: int, message: str, own: Own) -> None:
        """The same for a line that does not count as malformed, once it is known that few are."""
        self._put_aside(line, None, InvalidInput.code, inert(message), own)

    def refuse_input(self, line: int, column: str | None, error: InvalidInput) -> NoReturn:
        """Refuse the whole input, however many malformed lines are allowed.

        Raises:
            InvalidInput: Always.
        """
        self.add(line, column, str(error), "")
        raise InvalidInput(
            "Line {line}: {cause}",
            details={
                **error.details,
                "errors": self.errors,
                "error_count": self.error_count,
                "line": line,
            },
        ) from error

    def check(self) -> None:
        """Refuse the input if more lines are malformed than allowed.

        Raises:
            InvalidInput: Details hold the first hundred errors with line and column.
        """
        if self._most is None or self.line_count <= self._most:
            return
        self.errors.sort(key=lambda error: error["line"])
        raise MalformedLines(
            "Malformed lines: {lines:,}. Nothing was applied.",
            details={
                "errors": self.errors,
                "error_count": self.error_count,
                "lines": self.line_count,
                "reason": "malformed_lines",
            },
        )
