"""A plugin of several files with requirements."""

from kili.plugins import PluginCore
from rules.boxes import count, too_many


class PluginHandler(PluginCore):
    def on_submit(self, label: dict, asset_id: str) -> None:
        print("looking at", label["id"])
        self.logger.info("%d boxes on %s", count(label.get("jsonResponse", {})), asset_id)
        if too_many(label.get("jsonResponse", {})):
            self.kili.send_back_to_queue(asset_ids=[asset_id])
