"""What plugins print and log, as lines of their run."""

import io
import logging
import warnings

from kili_edge.current import current


def write_line(level, text):
    """Writes one line of the run's log; what is written between runs is nobody's."""
    if current.host is not None:
        current.host.write(level, text)


class LineStream(io.TextIOBase):
    """A text stream that makes a log line of each line."""

    def __init__(self, level):
        self._level = level
        self._rest = ""

    def writable(self):
        return True

    def isatty(self):
        return False

    @property
    def encoding(self):
        return "utf-8"

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            write_line(self._level, line)
        return len(text)

    def end(self):
        """Writes what no newline came after."""
        if self._rest:
            self.write("\n")


def level_of(record):
    """The host's name for a record's level."""
    if record.levelno >= logging.ERROR:
        return "error"
    if record.levelno >= logging.WARNING:
        return "warning"
    return "info" if record.levelno >= logging.INFO else "debug"


_emit_to_stream = logging.StreamHandler.emit


def _emit(handler, record):
    """A record that goes to one of our streams is one line with its own level, however many lines its text has."""
    if not isinstance(handler.stream, LineStream):
        return _emit_to_stream(handler, record)
    try:
        write_line(level_of(record), handler.format(record))
    except RecursionError:
        raise
    except Exception:
        handler.handleError(record)


logging.StreamHandler.emit = _emit


_show_in_stream = warnings.showwarning


def _show_warning(message, category, filename, lineno, file=None, line=None):
    """A warning is one line too, with its own level."""
    if file is not None:
        return _show_in_stream(message, category, filename, lineno, file, line)
    write_line("warning", warnings.formatwarning(message, category, filename, lineno, line).rstrip("\n"))


warnings.showwarning = _show_warning
