"""A plugin as Kili's documentation shows one: one file, one class."""

from kili.plugins import PluginCore


class PluginHandler(PluginCore):
    def on_submit(self, label: dict, asset_id: str) -> None:
        self.logger.info(f"submitted {asset_id}")

    def on_review(self, label: dict, asset_id: str) -> None:
        self.logger.info(f"reviewed {asset_id}")
