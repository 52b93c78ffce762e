"""Answers TAB in bash, zsh or fish, in the form that Typer's scripts for them expect.

Imports neither Typer nor the engine's use cases: the answer must come before the next key. On a
failure it prints nothing.
"""

from __future__ import annotations

import re
import shlex
import sys
from typing import TYPE_CHECKING

from shopcli.cli.completion.names import offered
from shopcli.cli.completion.word_table import Asked, following
from shopcli.cli.environment import completion_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopcli.cli.completion.names import Offers


def answer() -> int | None:
    """Print completions of the line.

    Returns:
        The exit code; None for a request left to Typer: other shells, installation.
    """
    request = completion_request()
    instruction, _, shell = request.get("_SHOP_COMPLETE", "").partition("_")
    if instruction != "complete" or shell not in _WRITTEN_FOR:
        return None
    try:
        words, incomplete = _bash_line(request) if shell == "bash" else _line(request)
        found = following(words, incomplete)
        if isinstance(found, Asked):
            found = offered(*found)
        if shell == "fish" and request.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
            return 0 if found else 1
        written = _WRITTEN_FOR[shell](found)
        sys.stdout.write(f"{written}\n")
        sys.stdout.flush()
    except OSError:  # Python would try what is left once more at its end, and exit 120
        from shopcli.cli.output import let_go_of  # only where nothing can be written

        let_go_of(sys.stdout)
        return 1
    except Exception:  # noqa: BLE001  # as the module's docstring says
        return 1
    return 0


def _bash_line(request: Mapping[str, str]) -> tuple[list[str], str]:
    words, place = _split(request["COMP_WORDS"]), int(request["COMP_CWORD"])
    return words[1:place], words[place] if place < len(words) else ""


def _line(request: Mapping[str, str]) -> tuple[list[str], str]:
    line = request.get("_TYPER_COMPLETE_ARGS", "")
    words = _split(line)[1:]
    return (words[:-1], words[-1]) if words and not line.endswith(" ") else (words, "")


def _split(line: str) -> list[str]:
    """Split a line into words as a shell does; an open quote ends with the line."""
    reader = shlex.shlex(line, posix=True)
    reader.whitespace_split = True
    reader.commenters = ""
    words: list[str] = []
    try:
        words.extend(reader)
    except ValueError:
        words.append(reader.token)
    return words


def _for_bash(found: Offers) -> str:
    return "\n".join(word for word, _ in found)


def _for_zsh(found: Offers) -> str:
    """Make a call of `_arguments`; zsh evaluates its text, so quotes are escaped."""
    if not found:
        return "_files"
    shown = [
        f'"{_escaped(word)}":"{_escaped(help_)}"' if help_ else f'"{_escaped(word)}"'
        for word, help_ in found
    ]
    return "_arguments '*: :(({}))'".format("\n".join(shown))


def _escaped(text: str) -> str:
    for character, safe in (
        ('"', '""'), ("'", "''"), ("$", "\\$"), ("`", "\\`"), (":", r"\\:"),
    ):  # fmt: skip
        text = text.replace(character, safe)
    return text


def _for_fish(found: Offers) -> str:
    on_one_line = re.compile(r"\s").sub
    return "\n".join(
        f"{word}\t{on_one_line(' ', help_)}" if help_ else word for word, help_ in found
    )


_WRITTEN_FOR = {"bash": _for_bash, "zsh": _for_zsh, "fish": _for_fish}
