"""What errors say is facts below the front ends, and every text can be looked up in a catalogue."""

from __future__ import annotations

import re

from shopcli.cli.parsing.root_words import TABLE
from shopcli.domain import errors
from shopcli.domain.facts import WAYS
from shopcli.wording import advice as module
from shopcli.wording.advice_texts import ADVICE
from tests.wording import messages

FRONT_ENDS = ("cli/", "tui/", "wording/")
WORDS = "|".join(entry.word for entries in TABLE.values() for entry in entries)
COMMAND = re.compile(rf"\bshop ({WORDS})\b|(?<![\w-])--[a-z]")
"""A command or an option of the command line."""


def test_every_text_is_a_literal() -> None:
    """What is shown is found in the source as it stands, so that it can be translated."""
    faults: list[str] = []
    messages.texts(faults)

    assert faults == []


def test_the_template_is_up_to_date() -> None:
    """`python -m tests.wording.messages` has been run since a text was changed."""
    faults: list[str] = []

    assert messages.TEMPLATE.read_text(encoding="utf-8") == messages.template(
        messages.texts(faults)
    )


def test_what_fills_a_fact_in_is_among_its_details() -> None:
    """Each place of a fact has a detail, and is written in a way that there is."""
    ways = {*WAYS, *module._WAYS, None}  # noqa: SLF001  # the ways of advice
    bad = [
        (text.file, text.line, text.text, name or way)
        for text in messages.texts([])
        for name, way in messages.PLACE.findall(text.text)
        if (way or None) not in ways
        or (text.details is not None and name not in text.details | {"cause"})
    ]

    assert bad == []


WITHOUT_ADVICE = {
    # Only callers of Python meet these.
    "A barcode is a text, not {type}.",
    "A line is a pair of SKU and quantity.",
    "A name needs its kind.",
    "At most {most} orders are read at once.",
    "At most {most} products are read at once.",
    "Give a name or forget it, not both.",
    "The lines of an order are pairs of SKU and quantity.",
    "Products cannot be sorted by '{value}', only by: {sorts}.",
    "What can be exported: {kinds}.",
    "What can be imported: {kinds}.",
    "{field:noun} must be a datetime, not {type}.",
    "{field:noun} must be a text, not {type}.",
    # Of a row or header of a file: the refusal of the file says what to do.
    "It has the key of line {line}, of {user}: a key lets one member in, once.",
    "It holds characters that are no text.",
    "It is no whole public key of the type {kind}.",
    "It is not of the form NAME TYPE KEY, with a type of: {types}.",
    "A quote is opened and not closed.",
    "A quote stands in a cell that does not begin with one.",
    "It is empty.",
    "It is no header: it holds a NUL.",
    "It is no header: longer than {most:,} characters.",
    "More than {most:,} lines on end hold nothing.",
    "Something stands behind the quote that closes a cell.",
    "{field} cannot be cleared.",
    "{field} is a text, not {type}.",
    "{field} is an integer in minor units in JSON Lines, not '{value}'.",
    "{field} is missing.",
    "{field} is true or false, not '{value}'.",
}


def test_each_refusal_has_advice() -> None:
    """Whatever ends a command with exit 1 to 4 says what to type next."""
    refused = {
        one.code
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, errors.ShopError) and 1 <= one.exit_code <= 4
    }
    without = {
        text
        for text, code, reason in messages.situations()
        if code in refused - {errors.Internal.code}
        and not (ADVICE.get(f"{code}.{reason}") or ADVICE.get(code))
    }

    assert without - WITHOUT_ADVICE == set()
    assert WITHOUT_ADVICE - without == set()


def test_facts_name_no_command() -> None:
    """Below the front ends nothing is said of commands and options: Python callers have none."""
    bad = [
        text
        for text in messages.texts([])
        if not text.file.startswith(FRONT_ENDS) and COMMAND.search(text.text)
    ]

    assert bad == []


def test_nothing_is_said_behind_a_command() -> None:
    """Advice that names a command to paste ends with it, or sets it apart by more than a blank."""
    command = re.compile(rf"(?:\bshop (?:{WORDS})\b[^`]*?|\{{again\}}\S*) (?=[A-Z][a-z])")
    # Options that are added to it would stand behind the bracket.
    in_brackets = re.compile(rf"\([^)]*\bshop (?:{WORDS})\b[^`)]*\)")

    assert [key for key, text in ADVICE.items() if command.search(text)] == []
    assert [key for key, text in ADVICE.items() if in_brackets.search(text)] == []


def test_advice_is_given_for_what_happens() -> None:
    """Each piece of advice is for a code and a reason that are raised, and each reason has some."""
    codes = set(messages.error_classes().values())
    parts = {key: key.removesuffix(".meant").split(".") for key in ADVICE}
    advised = {part[1] for part in parts.values() if len(part) > 1}

    assert [key for key, part in parts.items() if part[0] not in codes] == []
    assert advised - messages.words() == set()
    assert messages.reasons() - advised == set()
