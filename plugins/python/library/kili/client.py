"""The client that plugins get as `self.kili`."""

from kili.domain import Assets, Issues, Labels, Projects, Questions
from kili.reads import Events, Reads
from kili.transport import execute
from kili.writes import Writes


class _GraphQLClient:
    """For operations that the client has no method for."""

    def execute(self, query, variables=None, **_):
        """The data of an operation, as Kili gave it."""
        return execute(query if isinstance(query, str) else query.loc.source.body, variables)


class Kili(Reads, Writes):
    """Kili's API, as far as the plugin's manifest opens it. The host holds the key: a plugin needs none.

    `kili.labels(...)` reads labels, and `kili.labels.list(...)` does, as the SDK's older and newer clients have it.
    """

    def __init__(self, *_, **__):
        self.labels = Labels(self, super().labels)
        self.assets = Assets(self, super().assets)
        self.issues = Issues(self, super().issues)
        self.projects = Projects(self, super().projects)
        self.questions = Questions(self)
        self.events = Events()
        self.graphql_client = _GraphQLClient()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        methods = sorted(each for each in dir(type(self)) if not each.startswith("_"))
        spaces = "labels, assets, issues, questions, projects, projects.users, events"
        raise AttributeError(f"Cannot call kili.{name}: this host's client has no such method, wanted one of {', '.join(methods)}, or of {spaces}")


__all__ = ["Kili"]
