from kili.plugins import PluginCore

import numpy as np


class PluginHandler(PluginCore):
    def on_submit(self, label: dict, asset_id: str) -> None:
        self.logger.info(np.array([1]))
