"""Whole processes at the prompt, from an installed wheel, beside programs of the same kind."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from tests.bench.measure import Figure
from tests.bench.server import Server

ROOT = Path(__file__).parents[2]

_Row = tuple[str, list[str], list[str], float, dict[str, str], dict[str, str]]

# Of the same kind: installed as a script, compiled, and its completion asks a function of its own.
_TRIVIAL = """
import typer
app = typer.Typer()
def names(incomplete: str) -> list[str]:
    return [name for name in ("kim", "lee", "park") if name.startswith(incomplete)]
@app.command()
def greet(name: str = typer.Argument(autocompletion=names)) -> None:
    print(name)
@app.command()
def leave() -> None:
    pass
"""


_ENTRY = "from trivial_command import app as main"


def prompt(_server: Server, *, quick: bool) -> list[Figure]:
    """Start-up, completion, reading and writing commands."""
    runs = 5 if quick else 15
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python, environment = _installed(folder)
        bin_folder = python.parent
        shop = [str(bin_folder / "shop")]
        database = str(folder / "shop.db")
        environment["SHOP_DATABASE_URL"] = database
        trivial = [str(_trivial(python, environment))]
        _run([*shop, "init", "--sample"], environment)
        _run([*shop, "charge", "1000000", "-u", "kim"], environment)
        query = [
            str(bin_folder / "sqlite-utils"),
            "query",
            database,
            "SELECT username, balance_minor FROM balances WHERE username = 'kim'",
        ]
        greeting = _completing("trivial greet l")
        rows: tuple[_Row, ...] = (
            ("shop --version", ["--version"], [str(python), "-c", "pass"], 2.5, {}, {}),
            ("shop --help", ["--help"], [*trivial, "--help"], 1.1, {}, {}),
            *(
                (f"TAB on {what}", [], trivial, 1.1, _completing(line), greeting)
                for what, line in (
                    ("a SKU", "shop order L"),
                    ("a user", "shop balance -u k"),
                    ("a command", "shop product s"),
                    ("an option", "shop order --c"),
                )
            ),
            ("shop balance", ["balance", "-u", "kim"], query, 1.0, {}, {}),
            ("shop products", ["products"], query, 1.0, {}, {}),
            ("shop top", ["top"], query, 1.0, {}, {}),
            ("shop charge", ["charge", "100", "-u", "kim"], query, 1.2, {}, {}),
            ("shop order", ["order", "WATER", "-u", "kim"], query, 1.2, {}, {}),
        )
        return [
            _compare(
                title,
                ([*shop, *words], {**environment, **ours}),
                (other, {**environment, **theirs}),
                runs,
                most,
            )
            for title, words, other, most, ours, theirs in rows
        ]


def _completing(line: str) -> dict[str, str]:
    """The variables in which a shell asks how a line could go on, as bash does."""
    words = line.split()
    return {
        f"_{words[0].upper()}_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }


def _trivial(python: Path, environment: dict[str, str]) -> Path:
    """Install the trivial command beside the shop, with the same kind of script."""
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    found = subprocess.run(
        [str(python), "-c", where], env=environment, check=True, capture_output=True, text=True
    )
    (Path(found.stdout.strip()) / "trivial_command.py").write_text(_TRIVIAL)
    script = python.parent / "trivial"
    shop = (python.parent / "shop").read_text()
    script.write_text(shop.replace("from shopcli.__main__ import main", _ENTRY))
    script.chmod(0o755)
    return script


def _installed(folder: Path) -> tuple[Path, dict[str, str]]:
    """A new virtual environment with the wheel, compiled, and sqlite-utils."""
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    # Our own pip installs there: to give it one would take as long as to use it.
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "install", "--quiet", "sqlite-utils", str(ROOT)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    # Its warnings are about this machine; only when it fails they may say why.
    if done.returncode:
        raise SystemExit(done.stderr)
    return python, environment


def _compare(
    title: str,
    ours: tuple[list[str], dict[str, str]],
    theirs: tuple[list[str], dict[str, str]],
    runs: int,
    most: float,
) -> Figure:
    pairs = [(_run(*ours), _run(*theirs)) for _ in range(runs + 1)][1:]
    ratios = [mine / other for mine, other in pairs]
    ratio = statistics.median(ratios)
    return Figure(
        title,
        statistics.median(mine for mine, _ in pairs) * 1000,
        statistics.median(other for _, other in pairs) * 1000,
        ratio,
        (min(ratios), max(ratios)),
        f"<= {most:g}",
        ratio <= most,
        unit=" ms",
    )


def _run(words: list[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(
        words,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return time.perf_counter() - started
