"""The client that plugins get as `self.kili`."""

from kili.reads import Events, Reads
from kili.transport import execute
from kili.writes import Writes


class _GraphQLClient:
    """For operations that the client has no method for."""

    def execute(self, query, variables=None, **_):
        """The data of an operation, as Kili gave it."""
        return execute(query if isinstance(query, str) else query.loc.source.body, variables)


class Kili(Reads, Writes):
    """Kili's API, as far as the plugin's manifest opens it. The host holds the key: a plugin needs none."""

    def __init__(self, *_, **__):
        self.events = Events()
        self.graphql_client = _GraphQLClient()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        methods = sorted(each for each in dir(type(self)) if not each.startswith("_"))
        raise AttributeError(f'Cannot call kili.{name}: this host\'s client has no such method, wanted one of {", ".join(methods)}')


__all__ = ["Kili"]
