"""The walk types at the prompt the tests of the command line use."""

from __future__ import annotations

from tests.cli.conftest import prompt, stocked

__all__ = ["prompt", "stocked"]
