"""What a plugin extends."""

import logging

_NOT_IMPLEMENTED = "Method not implemented. Define a custom {} on your plugin"
_BETA = "Handler is in active development."


def _get_logger():
    logger = logging.getLogger("kili.services.plugins")
    logger.setLevel(logging.DEBUG)
    logger.handlers.clear()
    handler = logging.StreamHandler()
    handler.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    return logger


class PluginCore:
    """The base class of plugins. A constructor of one's own calls `super().__init__(kili, project_id)`."""

    def __init__(self, kili, project_id, logger=None):
        self.kili = kili
        self.project_id = project_id
        self.logger = logger or _get_logger()

    def on_submit(self, label, asset_id):
        """Called when a labeler submits a label."""
        self.logger.warning(_NOT_IMPLEMENTED.format("on_submit"))

    def on_review(self, label, asset_id):
        """Called when a reviewer submits a label."""
        self.logger.warning(_NOT_IMPLEMENTED.format("on_review"))

    def on_custom_interface_click(self, label, asset_id):
        """Called when somebody clicks a button of a custom interface."""
        self.logger.warning(_BETA)

    def on_project_updated(self, settings_updated):
        """Called when settings of the project change."""
        self.logger.warning(_BETA)

    def on_send_back_to_queue(self, asset_id):
        """Called when an asset goes back to the queue."""
        self.logger.warning(_BETA)

    def on_event(self, payload):
        """Called for events by name."""
        self.logger.warning(_NOT_IMPLEMENTED.format("on_event"))


__all__ = ["PluginCore"]
