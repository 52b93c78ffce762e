"""Collects every text that front ends can translate, and writes the template for translators.

    python -m tests.wording.messages

A text must stand in the source as a literal: what is put together while the shop runs cannot be
looked up in a catalogue.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import shopcli

PACKAGE = Path(shopcli.__file__).parent
TEMPLATE = PACKAGE / "wording" / "locales" / "shopcli.pot"

TEXT_ARGUMENTS = {
    "_if_full": 0,
    "_one_of": 1,
    "_say": 0,
    "_text": 0,
    "Binding": 2,
    "CartLines": 0,
    "Column": 0,
    "Form": 1,
    "Setting": 2,
    "checked_amount": 1,
    "checked_identifier": 1,
    "checked_moment": 2,
    "checked_name": 1,
    "ended_by": 1,
    "say": 0,
}
"""Functions that take a text to be translated, and in which place."""

TABLES = {
    "cli/commands/import_.py": {"_REJECTED"},
    "wording/kinds.py": {
        "ATTEMPTS",
        "DEEDS",
        "ENTRIES",
        "EVENTS",
        "HAPPENED",
        "JOURNAL",
        "MOVEMENTS",
        "USERS",
    },
    "tui/screens/checkout.py": {"_CHARGE"},
    "tui/screens/coupons.py": {"_STATES"},
    "tui/screens/me.py": {"_AGAIN", "_COPY", "_FIND"},
    "tui/screens/screen.py": {"_GIVEN_UP"},
    "tui/screens/shop.py": {"SORTS", "_NO_MATCH", "_SEARCH", "_SEARCH_BRIEF"},
    "tui/store.py": {"PAGES"},
    "tui/till/steps.py": {"ASKS", "ENTER", "ENTER_DOES", "ENTER_TYPED", "ESCAPE_DOES", "NAMES"},
    "tui/visit.py": {"how_to_charge", "how_to_remove", "how_to_take_out"},
    "tui/widgets/offer_list.py": {"_GONE", "_WHY_GONE"},
    "tui/wording.py": {
        "_ADVICE_WITHOUT_COMMANDS",
        "_ADVICE",
        "_ADVICE_OF_OPERATORS",
        "how_to_charge",
        "how_to_remove",
        "how_to_take_out",
    },
    "wording/advice_texts.py": {"ADVICE", "TYPE_WHAT_WAS_MEANT"},
}
"""Constants whose texts are translated where they are used."""

OF_SCREENS = {"HINTS", "TOO_SOON", "NO_ANSWER", "WHERE"}
"""What a screen of the storefront may say beside that, whichever it is: a text, or keys with it."""

NOT_LITERAL = {
    ("cli/commands/import_.py", "_REJECTED"),
    ("cli/configuration.py", "refusal"),
    ("cli/problems.py", "fact"),
    ("domain/batch/records.py", "fact"),
    ("domain/errors.py", "self.fact"),
    ("domain/facts.py", "value"),
    ("engine/moving/full_disks.py", "fact"),
    ("wording/kinds.py", "table"),
    ("wording/kinds.py", "text"),
    ("tui/palette.py", "name"),
    ("tui/screens/coupons.py", "_STATES"),
    ("tui/screens/help.py", "name"),
    ("tui/screens/help.py", "binding.tooltip or binding.description"),
    ("tui/screens/screen.py", "name"),
    ("tui/screens/shop.py", "SORTS"),
    ("tui/screens/shop.py", "_SEARCH"),
    ("tui/widgets/bars.py", "binding.description"),
    ("tui/widgets/offer_list.py", "_GONE"),
    ("tui/widgets/offer_list.py", "_WHY_GONE"),
    ("tui/wording.py", "_ADVICE"),
    ("tui/wording.py", "self.how_to_charge"),
    ("tui/wording.py", "self.how_to_remove"),
    ("tui/wording.py", "self.how_to_take_out"),
}
"""Facts that are handed on: their texts are collected where they come from."""

_VIEW_SAYS = {"self.say", "view.say"}

WORD = re.compile(r"[a-z]+(?:_[a-z]+)*")

PLACE = re.compile(r"\{(\w+)(?::([^{}]+))?\}")


@dataclass(frozen=True)
class Text:
    """One text, and what is known of the details that fill it in."""

    text: str
    file: str
    line: int
    details: frozenset[str] | None
    """Their names; None where they are put together elsewhere."""
    many: str = ""
    """Its plural, where it has one."""


@cache
def error_classes() -> dict[str, str]:
    """The code of each class of error, by its name; those that inherit one too."""
    bases: dict[str, str] = {}
    codes: dict[str, str] = {}
    for file, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.bases:
                if node.name in bases and file != "domain/errors.py":
                    continue  # a message of the storefront
                bases[node.name] = ast.unparse(node.bases[0]).rpartition(".")[2]
                for line in node.body:
                    if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "code":
                        codes[node.name] = ast.literal_eval(line.value)
    found: dict[str, str] = {}
    for name in bases:
        ancestors = [name]
        while ancestors[-1] in bases:
            ancestors.append(bases[ancestors[-1]])
        if ancestors[-1] == "Exception" and ancestors[-2] == "ShopError":
            found[name] = next((codes[one] for one in ancestors if one in codes), "internal")
    return found


@cache
def modules() -> list[tuple[str, ast.Module]]:
    """Every module of the package, by its place in it."""
    return [
        (path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
    ]


def texts(faults: list[str]) -> list[Text]:
    """Every text; places where one should be and is none are added to the faults."""
    classes = error_classes()
    found: list[Text] = []
    for file, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found += _of_call(node, classes, file, faults)
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                name = getattr(target, "id", getattr(target, "attr", ""))
                if name in TABLES.get(file, ()) or (file.startswith("tui/") and name in OF_SCREENS):
                    found += [
                        Text(text, file, node.lineno, None) for text in _table(node.value, faults)
                    ]
    return found


def _of_call(
    call: ast.Call, classes: dict[str, str], file: str, faults: list[str]
) -> Iterator[Text]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    names = {keyword.arg for keyword in call.keywords}
    place = _place(call, name, file)
    if file.startswith("tui/") and ast.unparse(call.func) == "messages.Refused":
        return  # a message between screens that has the name of an error
    if name == "counted" and len(call.args) == len(("count", "one", "many")):
        one, many = (_literals(argument) for argument in call.args[1:])
        if one is None or many is None:
            faults.append(f"{file}:{call.lineno}: no literal: {ast.unparse(call)}")
        else:
            yield Text(one[0], file, call.lineno, None, many[0])
        return
    is_fact = name in classes or (place is None and "details" in names)
    if is_fact:
        place = 0
    if place is None or len(call.args) <= place:
        return
    argument = call.args[place]
    handed_on = ast.unparse(argument).partition("[")[0]
    if (file, handed_on) in NOT_LITERAL:
        return
    literals = _literals(argument)
    if literals is None:
        if is_fact or ast.unparse(call.func) == "say":
            faults.append(f"{file}:{call.lineno}: no literal: {ast.unparse(argument)}")
        return
    yield from _tooltips(call, file)
    details = next((one.value for one in call.keywords if one.arg == "details"), None)
    known = _names(details) if is_fact else None
    for text in literals:
        yield Text(text, file, call.lineno, known)


def _place(call: ast.Call, name: str, file: str) -> int | None:
    """Which argument of a call is a text to be translated; None where none is."""
    called = ast.unparse(call.func)
    if called.endswith("catalogue.text") or (file.startswith("tui/desk/") and called in _VIEW_SAYS):
        return 0
    shows = name == "say" and called != name  # a method, which shows what is translated
    return None if shows else TEXT_ARGUMENTS.get(name)


def _tooltips(call: ast.Call, file: str) -> Iterator[Text]:
    """What the help says of a key where that is more than its hint."""
    for one in call.keywords:
        if one.arg == "tooltip":
            for text in _literals(one.value) or ():
                yield Text(text, file, call.lineno, None)


def _literals(node: ast.expr) -> list[str] | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        both = [_literals(node.body), _literals(node.orelse)]
        return None if None in both else [text for one in both for text in one or ()]
    return None


def _table(node: ast.expr, faults: list[str]) -> Iterator[str]:
    if isinstance(node, ast.Call):  # MappingProxyType
        node = node.args[0]
    values = node.values if isinstance(node, ast.Dict) else [node]
    if isinstance(node, ast.Tuple):  # of keys, each with its text
        values = [one.elts[1] for one in node.elts if isinstance(one, ast.Tuple)]
    for value in values:
        found = _literals(value)
        if found is None:
            faults.append(f"{value.lineno}: no literal: {ast.unparse(value)}")
        yield from found or ()


def _names(details: ast.expr | None) -> frozenset[str] | None:
    """The names of some details where all of them stand in the call."""
    if details is None:
        return frozenset()
    if not isinstance(details, ast.Dict):
        return None
    keys = [key.value if isinstance(key, ast.Constant) else None for key in details.keys]
    return None if None in keys else frozenset(map(str, keys))


def reasons() -> set[str]:
    """Every reason that stands among the details of an error where it is made."""
    return {
        one
        for _, tree in modules()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "details" and isinstance(keyword.value, ast.Dict)
        for key, value in zip(keyword.value.keys, keyword.value.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "reason"
        for one in _literals(value) or ()
    }


def situations() -> Iterator[tuple[str, str, str | None]]:
    """(text, code, reason) of each error that is made with details of its own, as a literal."""
    classes = error_classes()
    for file, tree in modules():
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or file.startswith("tui/"):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            code = classes.get(name or ast.unparse(call.func))
            texts_of_call = _literals(call.args[0]) if code and call.args else None
            given = [one.value for one in call.keywords if one.arg == "details"]
            details = given[0] if given else ast.Dict([], [])
            if code is None or texts_of_call is None or not isinstance(details, ast.Dict):
                continue
            names = [key.value if isinstance(key, ast.Constant) else None for key in details.keys]
            if None in names or "meant" in names:
                continue
            reason = details.values[names.index("reason")] if "reason" in names else None
            for one in [None] if reason is None else _literals(reason) or ():
                yield texts_of_call[0], code, one


def words() -> set[str]:
    """Every text of the package that may be a reason."""
    return {
        one
        for file, tree in modules()
        if file != "wording/advice_texts.py"
        for one in _strings(tree)
        if WORD.fullmatch(one)
    }


def _strings(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def template(found: list[Text]) -> str:
    """The texts as translators take them (`.pot`), each once, and not where it stands."""
    header = (
        f"# Texts of the shop. Written by: python -m tests.wording.messages\n{_entry('')}"
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"\n'
    )
    plurals = {one.text: one.many for one in found if one.many}
    texts_once = sorted({one.text for one in found if one.text})
    return "\n".join([header, *(_entry(text, plurals.get(text, "")) for text in texts_once)])


def _entry(text: str, many: str = "") -> str:
    if many:
        forms = 'msgstr[0] ""\nmsgstr[1] ""\n'
        return f'msgid "{_escaped(text)}"\nmsgid_plural "{_escaped(many)}"\n{forms}'
    return f'msgid "{_escaped(text)}"\nmsgstr ""\n'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def main() -> None:
    """Write the template."""
    faults: list[str] = []
    text = template(texts(faults))
    if faults:
        raise SystemExit("\n".join(faults))
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
