"""A plugin of several files with requirements."""

from kili.plugins import PluginCore
from rules.boxes import too_many


class PluginHandler(PluginCore):
    def on_submit(self, label: dict, asset_id: str) -> None:
        if too_many(label["jsonResponse"]):
            self.kili.send_back_to_queue(asset_ids=[asset_id])
