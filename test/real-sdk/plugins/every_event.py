"""A plugin that takes events by pattern."""

from kili.plugins import PluginCore


class PluginHandler(PluginCore):
    def on_event(self, payload: dict) -> None:
        self.logger.info(payload["event"])
