"""What this host offers plugins besides Kili's own classes: `from kili_edge import run`."""


class _Run:
    """The run under way: `id`, `attempt` (from 1), `idempotency_key` (the same in every attempt), and `config`."""

    id = ""
    attempt = 1
    idempotency_key = ""
    config = {}


run = _Run()
