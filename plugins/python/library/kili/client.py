"""The client that plugins get as `self.kili`."""


class Kili:
    """Kili's API, as far as the plugin's manifest opens it."""
