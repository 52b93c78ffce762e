"""Texts in the language of whoever reads them, by gettext; English needs no catalogue.

A text is its own name: what is not translated is shown in English. `locales/shopcli.pot`, beside
this module, holds what there is to translate; a compiled catalogue is
`locales/LANGUAGE/LC_MESSAGES/shopcli.mo`.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from gettext import NullTranslations

DOMAIN = "shopcli"
LOCALES = os.path.join(os.path.dirname(__file__), "locales")  # noqa: PTH118, PTH120  # no pathlib at the prompt
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_ENGLISH = ("en", "C", "POSIX")


class Catalogue:
    """Texts in the first of some languages that there are translations for.

    Args:
        languages: As in `ko_KR.UTF-8`; English where there are none.
    """

    def __init__(self, languages: Sequence[str] = ()) -> None:
        self._languages = languages

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Catalogue:
        """The catalogue for the language that the environment asks for, as gettext reads it."""
        asked = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
        languages: list[str] = []
        for language in filter(None, asked.split(":")):
            if language.partition(".")[0].partition("_")[0] in _ENGLISH:
                break  # what is not translated is English anyhow
            languages.append(language)
        return cls(languages)

    def text(self, text: str) -> str:
        """A text in this language."""
        return self._translations.gettext(text) if self._languages and text else text

    def counted(self, count: int, one: str, many: str) -> str:
        """Of two texts the one for that many, in this language, which may have more forms."""
        if not self._languages:
            return one if count == 1 else many
        return self._translations.ngettext(one, many, count)

    @cached_property
    def _translations(self) -> NullTranslations:
        from gettext import translation  # English is given without it

        return translation(DOMAIN, LOCALES, self._languages, fallback=True)


ENGLISH = Catalogue()
"""For programs: what they read stays the same wherever they run."""
