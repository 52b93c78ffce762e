"""The effective settings, from flag, environment, file or default; never shows a secret."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from shopcli.cli.environment import VARIABLES, process_environment, terminal_is_plain, user_folder
from shopcli.domain.addresses import display
from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt

FILE_NAME = "config.toml"
DATABASE_NAME = "shop.db"

PLATFORM_FILES = ("platform_secret_file", "platform_headers_file", "platform_ca_file")
"""Files that sending to the platform reads; over ssh no variable can name them."""

NAMES = ("database", "user", "colours", "theme", "bell", "wait_max", *PLATFORM_FILES)
"""What the file may set, in the order shown."""

COLOURS = ("auto", "never")
"""auto: colours on a terminal that has them, unless NO_COLOR is set."""

THEME_DEFAULT = "shop-dark"
THEMES = (
    THEME_DEFAULT,
    "shop-light",
    "ansi-dark",
    "ansi-light",
    "atom-one-dark",
    "atom-one-light",
    "catppuccin-frappe",
    "catppuccin-latte",
    "catppuccin-macchiato",
    "catppuccin-mocha",
    "dracula",
    "flexoki",
    "gruvbox",
    "monokai",
    "nord",
    "rose-pine",
    "rose-pine-dawn",
    "rose-pine-moon",
    "solarized-dark",
    "solarized-light",
    "textual-dark",
    "textual-light",
    "tokyo-night",
)
"""Themes of the storefront, our own first: by name, as whoever completes them loads no screen."""

BELL = ("yes", "no")
"""Whether a till rings where a scan is not taken or a payment is refused."""

CHOICES = {"colours": COLOURS, "theme": THEMES, "bell": BELL}
"""The values of each setting that has no others."""

_DEFAULTS = {"colours": COLOURS[0], "theme": THEME_DEFAULT, "bell": "no", "wait_max": "15s"}
"""What holds where nothing is set; the others then have no value."""

_WAIT_UNITS = {"s": 1, "m": 60, "h": 3600}
WAIT_SECONDS_MAX = 3600


class Configured(NamedTuple):
    """A value, and its source."""

    name: str
    value: str | None
    source: str


_FILE_LENGTH_MAX = 1_000_000
"""Most bytes of a configuration file; a longer file is refused."""


class Configuration:
    """The settings of one command line.

    Args:
        environment: Environment variables.
        flags: Values given on the line, by name; None where not given.
    """

    def __init__(
        self, environment: Mapping[str, str], flags: Mapping[str, str | None] | None = None
    ) -> None:
        self._environment = environment
        self._flags = {name: value for name, value in (flags or {}).items() if value is not None}
        self._file: dict[str, str] | None = None

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment variables; see `platform_variables` for what a relay reads."""
        return self._environment

    def with_flags(self, flags: Mapping[str, str | None]) -> Configuration:
        """A copy with more values from the line."""
        given = {name: value for name, value in flags.items() if value is not None}
        if not given:
            return self
        copied = Configuration(self._environment, {**self._flags, **given})
        copied._file = self._file  # read once for all lines of a script
        return copied

    def database(self) -> str:
        """Address of the shop's database."""
        found = self._lookup("database").value
        return found if found is not None else str(default_database_path())

    def named_database(self) -> str | None:
        """The address that the line or the environment names; None where neither does."""
        found = self._lookup("database")
        return found.value if found.source.startswith(("command line", "environment")) else None

    def user(self) -> str | None:
        """The user of a command that names none."""
        return self._lookup("user").value

    def colours(self) -> str:
        """`auto` or `never`."""
        return self._value("colours")

    def theme(self) -> str:
        """The theme of the storefront, one of `THEMES`."""
        return self._value("theme")

    def rings(self) -> bool:
        """Whether a till rings the terminal's bell."""
        return self._value("bell") == "yes"

    def wait_max(self) -> str:
        """The longest wait for an answer of a database server, as typed: `15s`."""
        return self._value("wait_max")

    def wait_max_seconds(self) -> float:
        """The longest wait in seconds.

        Raises:
            InvalidInput: The environment sets something else.
        """
        text = checked_wait(self.wait_max())
        return float(int(text[:-1]) * _WAIT_UNITS[text[-1]])

    def platform_url(self) -> str | None:
        """The endpoint that the environment names; does not read the shop's own setting."""
        return self._environment.get(VARIABLES["platform_url"]) or None

    def platform_variables(self) -> Mapping[str, str]:
        """The variables that sending to the platform reads; this machine's files fill them in."""
        found = {name: self._lookup(name).value for name in PLATFORM_FILES}
        named = {VARIABLES[name]: value for name, value in found.items() if value is not None}
        return {**self._environment, **named}

    def file_path(self) -> Path:
        """The configuration file of this machine's user, whether or not it exists."""
        named = self._environment.get(VARIABLES["config"])
        if named:
            return Path(named)
        return user_folder("config") / FILE_NAME

    def given(self) -> dict[str, str]:
        """The values given as options on the line."""
        return dict(self._flags)

    def settings(self) -> tuple[Configured, ...]:
        """Every effective value with its source; of a secret only whether it is set."""
        shown = []
        for name in NAMES:
            _, value, source = self._lookup(name)
            if name == "database":
                value = display(value if value is not None else str(default_database_path()))
            else:
                value = value or _DEFAULTS.get(name)
            shown.append(Configured(name, value, source))
        shown.append(Configured("config", str(self.file_path()), self._source_of("config")))
        for name in [name for name in VARIABLES if name not in (*NAMES, "config")]:
            value = self._environment.get(VARIABLES[name])
            if value and name == "platform_secret":
                value = "set (not shown)"
            elif value and name == "platform_url":
                value = display(value)
            shown.append(Configured(name, value or None, self._source_of(name)))
        return tuple(shown)

    def _value(self, name: str) -> str:
        """The value of a setting that always has one."""
        return self._lookup(name).value or _DEFAULTS[name]

    def _source_of(self, name: str) -> str:
        variable = VARIABLES[name]
        return f"environment {variable}" if self._environment.get(variable) else "default"

    def _lookup(self, name: str) -> Configured:
        """What is set, without what holds where nothing is."""
        if name in self._flags:
            return Configured(name, self._flags[name], "command line")
        variable = VARIABLES[name]
        if self._environment.get(variable):
            value = _of_variable(name, variable, self._environment[variable])
            return Configured(name, value, f"environment {variable}")
        if self._file is None:
            is_named = bool(self._environment.get(VARIABLES["config"]))
            self._file = read_file(self.file_path(), must_exist=is_named)
        if name in self._file:
            return Configured(name, self._file[name], f"file {self.file_path()}")
        return Configured(name, None, "default")


def of_process(flags: Mapping[str, str | None] | None = None) -> Configuration:
    """The configuration this process was started with."""
    return Configuration(process_environment(), flags)


def styling_is_off() -> bool:
    """Whether NO_COLOR, a plain terminal or the file forbids styles in the output."""
    if terminal_is_plain():
        return True
    try:
        return of_process().colours() == "never"
    except InvalidInput:
        return False  # reported where the file is read for its other settings


def _without_waiting(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def read_file(path: Path, *, must_exist: bool = False) -> dict[str, str]:
    """Read the configuration file; one that does not exist sets nothing.

    Raises:
        InvalidInput: It cannot be read, can be written by everybody, is not TOML, or holds an
            unknown name or a wrong type; or it was named and does not exist: another shop than
            the one it names would be used.
    """
    try:
        # A FIFO without a writer must not block the command.
        with open(path, "rb", opener=_without_waiting) as file:  # pathlib has no opener
            mode = os.fstat(file.fileno()).st_mode
            raw = file.read(_FILE_LENGTH_MAX + 1) if stat.S_ISREG(mode) else b""
    except FileNotFoundError:
        if not must_exist:
            return {}
        raise InvalidInput(
            "There is no configuration file {file}, which SHOP_CONFIG names.",
            details={"file": str(path), "reason": "missing_configuration"},
        ) from None
    except OSError as error:
        raise InvalidInput(
            "The configuration file {file} cannot be read: {why}.",
            details={
                "file": str(path),
                "why": error.strerror,
                "reason": "unreadable_configuration",
            },
        ) from None
    if not stat.S_ISREG(mode) or len(raw) > _FILE_LENGTH_MAX:
        raise InvalidInput(
            "The configuration file {file} is no file of settings, or holds more"
            " than {length_max} bytes.",
            details={
                "file": str(path),
                "length_max": _FILE_LENGTH_MAX,
                "reason": "no_configuration",
            },
        )
    if os.name == "posix" and mode & stat.S_IWOTH:
        raise InvalidInput(
            "The configuration file {file} can be written by everybody, who so could lead"
            " this machine to another shop.",
            details={"file": str(path), "reason": "open_configuration"},
        )
    import tomllib  # only when there is a file

    try:
        parsed = tomllib.loads(raw.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "The configuration file {file} is not TOML: {why}.",
            details={"file": str(path), "why": str(error), "reason": "no_toml"},
        ) from None
    return {name: _checked(path, name, value) for name, value in parsed.items()}


def checked_setting_name(name: str) -> str:
    """Validate the name of a setting of the configuration file.

    Raises:
        InvalidInput: Any other name.
    """
    if name in NAMES:
        return name
    import difflib  # only for a suggestion

    near = difflib.get_close_matches(name, NAMES, n=1)
    raise InvalidInput(
        "There is no configuration called '{value}'.",
        details={
            "name": name,
            "suggestions": near,
            "value": excerpt(name),
            "names": list(NAMES),
            "reason": "near_configuration" if near else "configuration",
        },
    )


def default_database_path() -> Path:
    """Path of the SQLite file used where no database is named."""
    return user_folder("data") / DATABASE_NAME


def report_folder() -> Path:
    """Folder of bug reports; the first report makes it, for this user alone."""
    return user_folder("state") / "reports"


def make_private_folder(folder: Path) -> None:
    """Make the missing folders, each private to its owner, whatever the umask."""
    for path in reversed([path for path in (folder, *folder.parents) if not path.is_dir()]):
        # Another process may make it first. `mkdir` with `parents` would leave those to the umask.
        path.mkdir(mode=0o700, exist_ok=True)


def _checked(path: Path, name: str, value: object) -> str:
    try:
        checked_setting_name(name)
    except InvalidInput as error:
        raise InvalidInput(
            "The configuration file {file} sets '{name}', which does not exist.",
            details={**error.details, "file": str(path)},
        ) from None
    if not isinstance(value, str) or not value:
        raise InvalidInput(
            "The configuration file {file} must set '{name}' to a text.",
            details={"name": name, "file": str(path), "reason": "configuration_of_no_text"},
        )
    return CHECKS.get(name, str)(value)


def write_setting(file: Path, name: str, value: str | None) -> None:
    """Set a value in a configuration file, or take it out with None; its comments stay.

    The file is replaced at once, readable by its owner alone: it may hold a password.

    Raises:
        InvalidInput: It cannot be read, or not be written.
    """
    import tempfile  # only where a file is written

    import tomlkit

    read_file(file)  # a file that cannot be read is not overwritten
    try:
        document = (
            tomlkit.parse(file.read_text("utf-8-sig")) if file.exists() else tomlkit.document()
        )
        if value is None:
            document.pop(name, None)
        else:
            document[name] = value
        make_private_folder(file.parent)
        descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=".config-")
        try:
            with open(descriptor, "w", encoding="utf-8") as written:  # noqa: PTH123  # a descriptor
                written.write(tomlkit.dumps(document))
            os.replace(draft, file)  # noqa: PTH105  # the name of a temporary file is a text
        except OSError:
            os.unlink(draft)  # noqa: PTH108  # as above
            raise
    except OSError as error:
        raise InvalidInput(
            "The configuration file {file} cannot be written: {why}.",
            details={
                "file": str(file),
                "why": error.strerror,
                "reason": "unwritable_configuration",
            },
        ) from None


def checked_wait(value: str) -> str:
    """Validate a limit for waiting, such as `15s` or `2m`.

    Raises:
        InvalidInput: Anything else, or more than an hour.
    """
    digits, unit = value[:-1], value[-1:]
    is_number = digits.isascii() and digits.isdigit() and len(digits) < 5  # noqa: PLR2004  # 3600
    if is_number and unit in _WAIT_UNITS:
        seconds = int(digits) * _WAIT_UNITS[unit]
        if 0 < seconds <= WAIT_SECONDS_MAX:
            return value
    raise InvalidInput(
        "'{value}' is no bound on waiting (wait_max).",
        details={"name": "wait_max", "value": excerpt(value), "reason": "configured_wait_max"},
    )


def _one_of(name: str, refusal: str, **facts: Sequence[str]) -> Callable[[str], str]:
    """The validator of a setting whose values are those of `CHOICES`.

    Args:
        name: The setting.
        refusal: What is said of any other `{value}`.
        facts: What else the refusal names.
    """

    def checked(value: str) -> str:
        if value not in CHOICES[name]:
            details = {"name": name, "value": excerpt(value), **facts, "reason": name}
            raise InvalidInput(refusal, details=details)
        return value

    return checked


CHECKS = {
    "bell": _one_of("bell", "'{value}' does not say whether the till rings: that is yes or no."),
    "colours": _one_of("colours", "'{value}' is no choice of colours: that is auto or never."),
    "theme": _one_of(
        "theme", "There is no theme called '{value}'. There are: {themes}.", themes=list(THEMES)
    ),
    "wait_max": checked_wait,
}
"""The validator of each setting that has one."""

_EXAMPLES = {"bell": "yes", "colours": "never", "theme": "shop-light", "wait_max": "15s"}


def _of_variable(name: str, variable: str, value: str) -> str:
    """Validate the value of an environment variable, which must be mended where it is set."""
    try:
        return CHECKS.get(name, str)(value)
    except InvalidInput as error:
        example = f"{variable}={_EXAMPLES[name]}"
        error.details |= {"variable": variable, "example": example, "reason": "variable"}
        raise
