"""Textual's terminal driver with a writer that a lost terminal cannot stop.

Textual's own writer thread ends at the first write that fails; its queue then fills up, and the
event loop waits for ever to put something into it.
"""

from __future__ import annotations

from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver


class LastingWriter(WriterThread):
    """Writes until the terminal is gone, and then takes what is written and drops it."""

    def run(self) -> None:
        """Run the thread."""
        try:
            super().run()
        except OSError:
            while self._queue.get() is not None:
                pass


class TerminalDriver(LinuxDriver):
    """Ends in order where the terminal is gone."""

    @property
    def _writer_thread(self) -> WriterThread | None:
        return self._lasting_writer

    @_writer_thread.setter
    def _writer_thread(self, writer: WriterThread | None) -> None:
        # Textual makes its own, starts what it finds here afterwards, and takes no class of others.
        self._lasting_writer = None if writer is None else LastingWriter(writer._file)  # noqa: SLF001

    def run_input_thread(self) -> None:
        """Read keys; a terminal that is gone is told by whoever watches it."""
        try:
            super().run_input_thread()
        except OSError:
            self.exit_event.wait()
