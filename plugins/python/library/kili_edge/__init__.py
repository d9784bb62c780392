"""What this host offers plugins besides Kili's own classes: `from kili_edge import RetryLater, run`."""


class _Run:
    """The run under way: `id`, `attempt` (from 1), `idempotency_key` (the same in every attempt), and `config`."""

    id = ""
    attempt = 1
    idempotency_key = ""
    config = {}


run = _Run()


class RetryLater(Exception):
    """Raise it to have the event tried again at a time of the plugin's choice; `after` is in seconds.

    It counts as an attempt, and the host waits for a day at most.
    """

    def __init__(self, message, after):
        super().__init__(message)
        if not after >= 0:
            raise ValueError(f"Cannot retry later: after is {after}, wanted seconds")
        self.retry_after_ms = round(after * 1000)


# As authors read it in a run.
RetryLater.__module__ = "builtins"
