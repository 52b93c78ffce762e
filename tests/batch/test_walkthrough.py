"""The manual's page on moving an existing shop in, typed as it stands, with a bakery's till."""

from __future__ import annotations

import csv
import io
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shopcli import Shop
from tests.batch.files import ROOT, run
from tests.batch.test_bakery import EDINBURGH, Bakery

PAGE = ROOT / "shopcli" / "help" / "moving-in.md"
EVERY = 12
"""One transaction of so many is enough here; `test_bakery` moves all of them in."""

FILES = {"products": "products", "users": "users", "charges": "charges", "orders": "till"}


def _typed() -> list[list[str]]:
    """The commands of that page, without the word `shop`."""
    block = PAGE.read_text(encoding="utf-8").split("```")[1]
    lines = [shlex.split(line, comments=True) for line in block.splitlines()[1:]]
    return [words[1:] for words in lines if words]


def test_the_page_works_as_it_stands(
    bakery_csv: Path, empty_database_url: str, tmp_path: Path
) -> None:
    """Each command succeeds; the last shows what the raw file says; run again, nothing is new."""
    bakery = Bakery(bakery_csv, every=EVERY)
    for kind, path in bakery.write(tmp_path).items():
        path.rename(tmp_path / f"{FILES[kind]}.csv")
    commands = _typed()
    for _ in range(2):
        answers = []
        for words in commands:
            done = run(*words, url=empty_database_url, cwd=tmp_path)
            assert done.returncode == 0, (words, done.stderr.decode())
            answers.append(done.stdout.decode())
    till = list(csv.DictReader(io.StringIO(answers[-3]), delimiter="\t"))
    assert [(row["created"], row["replayed"], row["rejected"]) for row in till] == [
        ("0", str(bakery.transaction_count), "0")
    ]
    top = list(csv.DictReader(io.StringIO(answers[-1]), delimiter="\t"))
    as_of = datetime(2017, 1, 15, 12, tzinfo=EDINBURGH).astimezone(UTC)
    assert [(row["sku"], int(row["units"])) for row in top] == bakery.top(
        as_of - timedelta(days=30), as_of
    )
    with Shop.open(empty_database_url) as shop:
        assert shop.outbox.status().pending == 0
