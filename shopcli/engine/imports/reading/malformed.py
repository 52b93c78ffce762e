"""Collects what is malformed in an input, up to the caller's bound; tells lines and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from shopcli.domain.errors import InvalidInput, ShopError
from shopcli.domain.showing import inert

if TYPE_CHECKING:
    from collections.abc import Callable

ERRORS_SHOWN_MAX = 100
_MESSAGES_SHOWN = 5


class Malformed:
    """What is wrong with an input.

    Args:
        most: So many malformed lines are put aside; None is any number, 0 refuses the input.
        put_aside: Takes (line, column, code, message, own cells) of a malformed line.
    """

    def __init__(
        self,
        most: int | None,
        put_aside: Callable[[int, str | None, str, str, tuple[Any, ...]], None],
    ) -> None:
        self._most = most
        self._put_aside = put_aside
        self.errors: list[dict[str, Any]] = []
        self.error_count = 0
        self.line_count = 0
        self._last_line = 0
        self.dropped: set[int] = set()
        """Lines found malformed only after they had been kept."""

    def add(
        self,
        line: int,
        column: str | None,
        message: str,
        own: tuple[Any, ...],
        *,
        code: str = InvalidInput.code,
        was_kept: bool = False,
    ) -> None:
        """Note one malformed cell or line; the first of a line is what its reject tells."""
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
        if self._most is None or self.line_count <= self._most:
            self._put_aside(line, column, code, shown, own)

    def add_error(
        self, line: int, column: str | None, error: ShopError, own: tuple[Any, ...]
    ) -> None:
        """Note a cell that its grammar refused."""
        message = f"{error.message} {error.fix}" if error.fix else error.message
        self.add(line, column, message, own, code=error.code)

    def add_beside(self, line: int, message: str, own: tuple[Any, ...]) -> None:
        """Put a line aside that is malformed only by another one, which is told as the error."""
        self.line_count += 1
        if self._most is None or self.line_count <= self._most:
            self._put_aside(line, None, InvalidInput.code, inert(message), own)

    def refuse_input(self, line: int, column: str | None, error: InvalidInput) -> NoReturn:
        """Refuse the whole input for a mistake that no bound on malformed lines excuses.

        Raises:
            InvalidInput: Always.
        """
        self.add(line, column, error.message, ())
        raise InvalidInput(
            f"Line {line}: {error.message}",
            fix=error.fix,
            details={**error.details, "errors": self.errors, "error_count": self.error_count},
        )

    def check(self) -> None:
        """Refuse the input if more lines are malformed than were allowed.

        Raises:
            InvalidInput: Details hold the first hundred errors with line and column.
        """
        if self._most is None or self.line_count <= self._most:
            return
        self.errors.sort(key=lambda error: error["line"])
        told = [
            f"Line {error['line']}"
            + (f", column {inert(error['column'])}" if error["column"] else "")
            + f": {error['message']}"
            for error in self.errors[:_MESSAGES_SHOWN]
        ]
        if self.error_count > _MESSAGES_SHOWN:
            told.append(f"… and {self.error_count - _MESSAGES_SHOWN} more")
        raise InvalidInput(
            "\n".join([f"Malformed lines: {self.line_count}. Nothing was applied.", *told]),
            fix="Fix these lines, or skip them with --max-errors N (or all).",
            details={"errors": self.errors, "error_count": self.error_count},
        )
