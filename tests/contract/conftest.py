"""The walk types at the prompt the tests of the command line use."""

from __future__ import annotations

from tests.cli.conftest import filling, prompt, stocked

__all__ = ["filling", "prompt", "stocked"]
