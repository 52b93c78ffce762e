"""Makes lines: a place that is tried, a value for it, and all that may surround it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from tests.fuzz.line import Line
from tests.fuzz.places import Known, Place
from tests.fuzz.surroundings import surrounded
from tests.fuzz.values import Names, odd, right

_COMMON = frozenset({"--db", "--json", "--format", "--times", "--bom", "--user", "--help"})


def lines(
    known: Mapping[str, Known], names: Names, draw: random.Random, places: Sequence[Place]
) -> Iterator[Line]:
    """Lines that try one place after the other."""
    for place in places:
        yield _line(known[place.command], place, names, draw)


def _line(command: Known, place: Place, names: Names, draw: random.Random) -> Line:
    kind, options, arguments = _around(command, place, names, draw)
    words = _ordered(command, options, arguments, draw)
    line = Line(place, kind, words, {})
    return surrounded(line, command, names, draw)


def _around(
    command: Known, place: Place, names: Names, draw: random.Random
) -> tuple[str, list[list[str]], list[str]]:
    """The kind of the value tried, the options and the arguments."""
    options: list[list[str]] = []
    arguments: list[str] = []
    kind = "flag"
    chance = draw.choice((0.02, 0.1, 0.25))
    for one in command.places:
        is_tried = one == place
        is_usual = one.name == "--user" and draw.random() < 0.5
        if not (is_tried or is_usual or _is_there(one, draw, chance)):
            continue
        value = right(draw, command.command, one.name, names)
        if is_tried and not one.is_flag:
            kind = "right"
            if draw.random() < 0.55:
                kind, value = odd(draw, one.name, names)
        elif draw.random() < 0.02:
            value = odd(draw, one.name, names)[1]
        if one.is_argument:
            arguments.append(value)
            if one.takes_several and draw.random() < 0.4:
                arguments += [right(draw, command.command, one.name, names)] * draw.choice((1, 2))
        else:
            options.append(_option(one, value, draw))
            if draw.random() < 0.03:
                options.append(_option(one, value, draw))
    if draw.random() < 0.03:
        arguments.append(odd(draw, "", names)[1])
    return kind, options, arguments


def _is_there(place: Place, draw: random.Random, chance: float) -> bool:
    if place.is_required:
        return draw.random() < 0.95
    if place.name == "--json":
        return draw.random() < 0.35
    if place.name == "--help":
        return draw.random() < 0.005
    if place.name in _COMMON:
        return draw.random() < 0.02
    return draw.random() < (0.5 if place.is_argument else chance)


def _option(place: Place, value: str, draw: random.Random) -> list[str]:
    name = draw.choice(place.names)
    if place.is_flag:
        return [f"{name}=yes"] if draw.random() < 0.01 else [name]
    if draw.random() < 0.4 or value.startswith("-"):
        return [f"{name}={value}" if name.startswith("--") else f"{name}{value}"]
    return [name, value]


def _ordered(
    command: Known, options: list[list[str]], arguments: list[str], draw: random.Random
) -> list[str]:
    words = command.command.split()
    if words == ["demo"] and draw.random() < 0.7:
        options.append(["--help"])  # it takes seconds
    draw.shuffle(options)
    typed = [word for option in options for word in option]
    how = draw.random()
    if command.is_group and command.command == "" and how < 0.1:
        arguments = []
    if how < 0.08:
        return [*typed, *words, *arguments]
    if how < 0.14:
        return [*words, *typed, "--", *arguments]
    if how < 0.3:
        return [*words, *arguments, *typed]
    mixed = [*options, *([one] for one in arguments)]
    if len(arguments) < 2:
        draw.shuffle(mixed)
    return [*words, *(word for part in mixed for word in part)]
