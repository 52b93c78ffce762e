"""Keeps what libraries log from standard error, which is the front end's.

Where nobody has set up logging, Python writes warnings and errors there, tracebacks included: as of
a connection that could not be closed because of a Ctrl-C. Whoever sets it up sees all of it.
"""

from __future__ import annotations

import logging


def keep_quiet() -> None:
    """Give the libraries' loggers a handler of their own, as libraries should; safe to repeat."""
    for name in ("alembic", "psycopg", "sqlalchemy"):
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
