"""Guesses from a line what a file is that is no script; never repeats its contents.

A file named by mistake may hold a secret.
"""

from __future__ import annotations

import re

_MARKS = (
    ("\udcff\udcfe", "text in UTF-16"),
    ("\udcfe\udcff", "text in UTF-16"),
    ("PK\x03\x04", "a zip archive or a spreadsheet"),
    ("SQLite format 3", "an SQLite database"),
    ("%PDF", "a PDF"),
    ("\x7fELF", "a program"),
    ("MZ", "a program"),
    ("\x1f\udc8b", "packed by gzip"),
    ("\udc89PNG", "a picture"),
    ("\udcff\udcd8", "a picture"),
)
_KINDS = (
    (re.compile(r"-----BEGIN "), "a key or a certificate"),
    (re.compile(r"(?:ssh|ecdsa|whsec)[-_]\S"), "a key"),
    (re.compile(r"[^\s,;]+(?:[,;][^\s,;]*)+\s*$|[^\t]*\t"), "a table of rows"),
    (re.compile(r"\s*[\[{]"), "JSON"),
    (re.compile(r"\s*<"), "HTML or XML"),
    (re.compile(r"(?:export\s+)?\w+\s*="), "a file of settings (NAME=value)"),
)

TABLE = "a table of rows"


def binary_kind(line: str) -> str | None:
    """The kind of a binary file by its first line; None where that does not show it.

    Args:
        line: Bytes that are not UTF-8 are lone surrogates in it.
    """
    found = next((kind for mark, kind in _MARKS if line.startswith(mark)), None)
    # Words may begin with these two letters, too.
    if found is not None and not (line.startswith("MZ") and "\0" not in line):
        return found
    return "binary data: it holds NUL characters" if "\0" in line else None


def text_kind(line: str) -> str | None:
    """The kind of a text file by a line that is no command; None where that does not show it."""
    return next((kind for form, kind in _KINDS if form.match(line)), None)
