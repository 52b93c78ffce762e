"""Every check of the project as a session; `nox -l` lists them, plain `nox` runs the default ones.

Dependencies are the groups in pyproject.toml and are repeated nowhere.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2"
# The same tool everywhere, whatever else is installed.
nox.options.default_venv_backend = "virtualenv"
# The tests come last, so that their summary is the last thing to read.
nox.options.sessions = ["lint", "types", "layers", "wheel", "tests"]

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)
# Each worker begins with its share of the folders, so that what a folder shares is made once. One
# more than the two cores: nearly half of the time a test waits, for a server, a screen or a lease.
PARALLEL = ("-n", "3", "--dist", "worksteal")


def install(session: nox.Session, *groups: str) -> None:
    """Install dependency groups, and nothing else."""
    session.install(*nox.project.dependency_groups(PYPROJECT, *groups))


def install_project(session: nox.Session) -> None:
    """Install the project from this checkout, with both databases."""
    session.install("--editable", ".[postgres]")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting."""
    install(session, "lint")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of the package, its tests and this file."""
    install(session, "types")
    install_project(session)
    session.run("mypy")


@nox.session
def layers(session: nox.Session) -> None:
    """Check that imports go down the layers and libraries stay with their owners."""
    install(session, "layers")
    install_project(session)
    session.run("lint-imports", "--no-cache")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests on SQLite and Postgres; arguments go to pytest (`nox -s tests -- -k order`)."""
    install(session, "test", "layers")
    install_project(session)
    session.run("pytest", *(session.posargs or PARALLEL))


@nox.session(python=PYTHONS, default=False)
def versions(session: nox.Session) -> None:
    """Run the tests on each Python that is supported and present."""
    tests(session)


@nox.session(default=False)
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest versions that `pyproject.toml` allows: they are claims."""
    session.install("uv")
    versions_allowed = Path(session.create_tmp()).resolve() / "lowest.txt"
    # Of what others bring along the newest: its bounds are theirs.
    lowest_direct = ("--quiet", "--resolution", "lowest-direct", "--all-extras")
    compiled = ("pip", "compile", *lowest_direct, "--output-file", str(versions_allowed))
    session.run("uv", *compiled, "pyproject.toml")
    groups = nox.project.dependency_groups(PYPROJECT, "test", "layers")
    session.install("--constraint", str(versions_allowed), *groups, "--editable", ".[postgres]")
    session.run("pytest", *(session.posargs or PARALLEL))


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel, use it alone, then run the tests marked `wheel` on it."""
    folder = Path(session.create_tmp()).resolve()
    elsewhere = folder / "elsewhere"
    shutil.rmtree(folder)
    elsewhere.mkdir(parents=True)
    session.run("pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), ".")
    (built,) = folder.glob("*.whl")
    session.install(str(built))
    shutil.copytree("tests", elsewhere / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy("pyproject.toml", elsewhere)
    with session.chdir(elsewhere):
        session.run("shop", "--version")
        session.run("shop", "demo")
        install(session, "test")
        session.run("pytest", "-m", "wheel", *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure beside hand-written floors and print one table; `-- --quick` takes some minutes."""
    install(session, "bench")
    install_project(session)
    session.run("python", "-m", "tests.bench", *session.posargs)


@nox.session(default=False)
def proofs(session: nox.Session) -> None:
    """Run the long concurrency and property tests, and every property on new examples."""
    install(session, "test")
    install_project(session)
    session.run("pytest", "-m", "proof", "--hypothesis-profile=nightly", *session.posargs)
    new_examples = ("-m", "hypothesis and not proof", "--hypothesis-profile=explore")
    session.run("pytest", *new_examples, *session.posargs)


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Type whatever can be typed, on both databases, ten minutes each; `-- --minutes 1`."""
    install(session, "test")
    install_project(session)
    for database in ("sqlite", "postgres"):
        session.run("python", "-m", "tests.fuzz", database, *session.posargs)


@nox.session(default=False)
def browser(session: nox.Session) -> None:
    """Buy by mouse in a real Chromium: Debian packages chromium and chromium-driver."""
    install(session, "browser")
    install_project(session)
    session.run("pytest", "-m", "proof", "tests/tui/test_real_browser.py", *session.posargs)


@nox.session(default=False)
def pictures(session: nox.Session) -> None:
    """Take the pictures of README from the running storefront, and record a visit on a terminal."""
    install(session, "test")
    install_project(session)
    session.run("python", "-m", "tests.tui.pictures", "data/pictures", *session.posargs)
    session.run("python", "-m", "tests.tui.recording", "data/pictures/storefront.cast")
