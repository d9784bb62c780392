"""The run under way in this interpreter. There is one at a time."""


class _Current:
    host = None
    """The run's ways out, as JavaScript functions; None while nothing runs."""

    project_id = ""


current = _Current()
