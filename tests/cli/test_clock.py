"""A machine whose clock differs from the database server's: who works at it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.cli import call
from shopcli.cli.configuration import Configuration
from shopcli.cli.main import perform

ADVICE = "shop doctor"


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Let the clock of this machine be so many seconds ahead."""
    difference = timedelta(seconds=request.param)

    def opened(address: str, _: Configuration) -> Shop:
        return Shop.open(address, clock=lambda: datetime.now(UTC) + difference, channel="cli")

    monkeypatch.setattr(call, "open_shop", opened)


@pytest.mark.parametrize(
    ("ahead", "word"),
    [(3 * 86_400, "ahead"), (70, "ahead"), (-70, "behind"), (45, None), (-45, None)],
    indirect=["ahead"],
)
@pytest.mark.usefixtures("ahead")
def test_a_clock_that_is_wrong_is_told(
    shop_url: str, dialect: str, word: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a minute on it is told on stderr; a file has no clock, programs are not told."""
    is_told = word is not None and dialect == "postgres"

    assert perform(["products", "--db", shop_url]) == 0
    said = capsys.readouterr()
    assert said.err.count(ADVICE) == is_told
    assert not is_told or str(word) in said.err
    assert ADVICE not in said.out

    assert perform(["products", "--json", "--db", shop_url]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("ahead", [3 * 86_400], indirect=True)
@pytest.mark.usefixtures("ahead")
def test_a_script_is_told_once(
    shop_url: str, dialect: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """However many lines a script has, its clock is told of once."""
    script = tmp_path / "lines.txt"
    script.write_text("products\nproducts\nproducts\n")

    assert perform(["run", str(script), "--db", shop_url]) == 0
    assert capsys.readouterr().err.count(ADVICE) == (dialect == "postgres")
