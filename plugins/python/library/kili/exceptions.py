"""Errors of Kili's client, by the names its SDK gives them."""


class GraphQLError(Exception):
    """Kili answered with an error, or could not be asked."""

    def __init__(self, error, batch_number=None, context=None):
        self.error = error
        self.context = context
        super().__init__(f'GraphQL error: "{error}"' if batch_number is None else f'GraphQL error at index {100 * batch_number}: "{error}"')


class NotFound(Exception):
    """What was asked for by its id is not there."""

    def __init__(self, asset_id=None):
        super().__init__(f'Asset "{asset_id}" was not found.')


class NotCapable(Exception):
    """The plugin's manifest does not allow what it tried."""


class MissingArgumentError(ValueError):
    """An argument is missing."""


class IncompatibleArgumentsError(ValueError):
    """Arguments that exclude each other were given together."""
