"""What is shipped and how it is checked: sample data, the two commands of README, the CI script."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import shopcli
from shopcli.cli.sample import sample_folder

ROOT = Path(__file__).resolve().parents[2]


def _rows(name: str) -> list[dict[str, str]]:
    with (sample_folder() / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.wheel
def test_the_sample_data_is_found() -> None:
    """The sample data is found in a checkout and in a package, there without pictures."""
    folder = sample_folder()
    names = {path.name for path in folder.iterdir()}

    assert names >= {"catalogue.csv", "users.csv", "coupons.csv", "charges.csv"}
    assert folder == ROOT / "data" or "pictures" not in names


@pytest.mark.wheel
@pytest.mark.parametrize("words", [("init", "--sample"), ("demo",)], ids=" ".join)
def test_a_package_without_sample_data_says_so(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Where somebody copied the package alone, the sample is refused and no shop made."""
    left_out = shutil.ignore_patterns("sample", "__pycache__")
    shutil.copytree(Path(shopcli.__file__).parent, tmp_path / "shopcli", ignore=left_out)
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-m", "shopcli", *words, "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "XDG_DATA_HOME": str(home)},
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, b"")
    assert json.loads(done.stderr)["error"]["code"] == "invalid_input"
    assert not home.exists()


@pytest.mark.wheel
def test_the_sample_data_fits_together() -> None:
    """Names are unique, charges go to sample users, and the examples' latte and coupon exist."""
    products = {row["sku"]: row for row in _rows("catalogue.csv")}
    users = {row["user"] for row in _rows("users.csv")}
    coupons = {row["code"]: row for row in _rows("coupons.csv")}

    assert len(products) == len(_rows("catalogue.csv"))
    assert products["LATTE"]["price"] == "4500"
    assert (coupons["WELCOME10"]["percent"], coupons["WELCOME10"]["limit"]) == ("10", "100")
    assert {row["user"] for row in _rows("charges.csv")} <= users
    # Whole amounts are valid in every currency, with decimals or without.
    assert all(re.fullmatch(r"[1-9][0-9]*", row["price"]) for row in products.values())


@pytest.mark.wheel
def test_the_version_is_stated_once() -> None:
    """The package says the version it was built as."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert shopcli.__version__ == project["version"]


def test_every_sample_file_is_in_the_wheel() -> None:
    """The build lists each file of `data/` by name, and no picture."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    listed = set(build["build"]["targets"]["wheel"]["force-include"])
    present = {path.relative_to(ROOT).as_posix() for path in (ROOT / "data").glob("*.*")}

    assert listed == present


def test_ci_runs_the_second_command_of_readme() -> None:
    """README opens with two commands; the CI script runs the second as it stands there."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"```sh\n(.*?)\n```", readme, flags=re.DOTALL)
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

    assert commands[1] == script[-1]
