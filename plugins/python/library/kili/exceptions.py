"""Errors of Kili's client, by the names its SDK gives them."""


class GraphQLError(Exception):
    """Kili answered with an error, or could not be asked."""

    def __init__(self, error, batch_number=None, context=None):
        self.error = error
        self.context = context
        first = error[0] if isinstance(error, list) and error else error
        message = first["message"] if isinstance(first, dict) and "message" in first else str(first)
        at = "" if batch_number is None else f" at index {100 * batch_number}"
        super().__init__(f'GraphQL error{at}: "{message}"')


class NotFound(Exception):
    """What was asked for by its id is not there."""

    def __init__(self, name):
        super().__init__(f"Not found: '{name}'")
        self.name = name


class NotCapable(Exception):
    """The plugin's manifest does not allow what it tried. Only this host's client raises it."""
