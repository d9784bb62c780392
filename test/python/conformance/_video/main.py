from kili.plugins import PluginCore


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        labels = self.kili.labels(self.project_id, fields=["id", "jsonResponse"])
        print(len(labels), sorted(labels[-1]), labels[-1]["jsonResponse"])
        [asset] = self.kili.assets(self.project_id, fields=["id", "latestLabel.jsonResponse"])
        print(asset["latestLabel"])
