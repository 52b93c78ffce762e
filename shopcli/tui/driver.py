"""Textual's terminal driver with a writer that goes on when the terminal is lost.

Textual's own writer thread ends at the first write that fails; its queue then fills up, and the
event loop blocks for ever on putting something into it.
"""

from __future__ import annotations

from textual.drivers import linux_driver
from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver

from shopcli.tui.widgets.key_parsing import parse_keys


class LastingWriter(WriterThread):
    """Writes until the terminal is gone, and drops what is written after that."""

    def run(self) -> None:
        """Write what comes through the queue, until None does."""
        try:
            super().run()
        except OSError:
            while self._queue.get() is not None:
                pass


class TerminalDriver(LinuxDriver):
    """Stops without blocking or failing where the terminal is gone."""

    @property
    def _writer_thread(self) -> WriterThread | None:
        return self._lasting_writer

    @_writer_thread.setter
    def _writer_thread(self, writer: WriterThread | None) -> None:
        # Textual makes its own writer and starts what it finds here; it has no parameter for one.
        file = None if writer is None else writer._file  # noqa: SLF001  # nothing else names it
        self._lasting_writer = None if file is None else LastingWriter(file)

    def run_input_thread(self) -> None:
        """Read keys; that the terminal is gone is reported by `Ending`, not here."""
        parse_keys(linux_driver)
        try:
            super().run_input_thread()
        except OSError:
            self.exit_event.wait()
