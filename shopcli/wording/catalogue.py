"""Translates texts with gettext; English needs no catalogue.

The key of a text is its English form, which is shown if there is no translation. All texts to
translate are in `locales/shopcli.pot`, beside this module; a compiled catalogue is
`locales/LANGUAGE/LC_MESSAGES/shopcli.mo`.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from gettext import NullTranslations

DOMAIN = "shopcli"
LOCALES = os.path.join(os.path.dirname(__file__), "locales")  # noqa: PTH118, PTH120  # no pathlib at the prompt
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_ENGLISH = ("en", "C", "POSIX")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[_-][A-Za-z0-9]+)*(?:[.@][A-Za-z0-9-]+)*")
"""A name without a slash: gettext would open files anywhere, and a client of ssh may send it."""


class Catalogue:
    """Translations into the first of some languages that has a catalogue; otherwise English.

    Args:
        languages: Languages such as `ko_KR.UTF-8`, in the order of preference.
    """

    def __init__(self, languages: Sequence[str] = ()) -> None:
        self._languages = languages

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Catalogue:
        """The catalogue for the languages that the environment asks for, by gettext's rules."""
        asked = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
        languages: list[str] = []
        for language in filter(None, asked.split(":")):
            if language.partition(".")[0].partition("_")[0] in _ENGLISH:
                break  # the fallback is English anyway
            if _LANGUAGE.fullmatch(language):
                languages.append(language)
        return cls(languages)

    def text(self, text: str) -> str:
        """Translate a text."""
        return self._translations.gettext(text) if self._languages and text else text

    def counted(self, count: int, one: str, many: str) -> str:
        """Translate a singular or plural text, by the language's own plural forms."""
        if not self._languages:
            return one if count == 1 else many
        return self._translations.ngettext(one, many, count)

    @cached_property
    def _translations(self) -> NullTranslations:
        from gettext import translation  # not needed for English

        return translation(DOMAIN, LOCALES, self._languages, fallback=True)


ENGLISH = Catalogue()
"""For output to programs, which must not depend on the language."""
