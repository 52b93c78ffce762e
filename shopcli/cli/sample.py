"""Where the sample data lies; must never read or change it."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
# The build copies `data/` into the wheel under this name; a checkout has it beside the package.
_CANDIDATES = (_PACKAGE / "sample", _PACKAGE.parent / "data")


def sample_folder() -> Path:
    """Find the folder with catalogue.csv, users.csv, coupons.csv and charges.csv.

    Returns:
        The folder inside an installed package, or the one beside the package in a checkout.
    """
    for folder in _CANDIDATES:
        if (folder / "catalogue.csv").is_file():
            return folder
    # Only a broken installation gets here: both forms are tested.
    message = f"sample data is missing from {_PACKAGE}"
    raise FileNotFoundError(message)
