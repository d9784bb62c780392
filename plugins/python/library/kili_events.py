"""Kili's events as objects, by the class names of its package `kili-events`, without what that needs.

There is no list of events here: a class's name says which event it is (`AssetSkippedEvent`: `asset.skipped`), or which
family of them (`AssetWorkflowEvent`: all that begin with `asset.workflow.`). Nothing is checked against a model.
"""

import re


class KiliModel:
    """A JSON object whose members are attributes, in snake case."""

    def __init__(self, members):
        for name, value in members.items():
            setattr(self, _snake(name), _wrap(value))
        self.__members = members

    def __repr__(self):
        shown = ", ".join(f"{name}={value!r}" for name, value in vars(self).items() if not name.startswith("_"))
        return f"{type(self).__name__}({shown})"

    def __eq__(self, other):
        return isinstance(other, KiliModel) and self.model_dump() == other.model_dump()

    def model_dump(self, **_):
        """The attributes as a dictionary."""
        return {name: _unwrap(value) for name, value in vars(self).items() if not name.startswith("_")}


class KiliEvent(KiliModel):
    """An event: `event` (its subject), `organization_id`, `project_id`, `user_id`, and `payload`."""

    @classmethod
    def takes(cls, subject):
        """Whether an event of that subject is one of this class."""
        words = [word.lower() for word in subject.split(".")]
        wanted = cls.__name__.removesuffix("Event").lower()
        return any("".join(words[:count]).replace("_", "").replace("-", "") == wanted for count in range(1, len(words) + 1))


_classes = {}


def __getattr__(name):
    if not name.endswith("Event") or name.startswith("_"):
        raise AttributeError(f"module 'kili_events' has no attribute {name!r}")
    return _classes.setdefault(name, type(name, (KiliEvent,), {"__module__": __name__}))


def _snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _wrap(value):
    if isinstance(value, dict):
        return KiliModel(value)
    return [_wrap(each) for each in value] if isinstance(value, list) else value


def _unwrap(value):
    if isinstance(value, KiliModel):
        return value.model_dump()
    return [_unwrap(each) for each in value] if isinstance(value, list) else value
