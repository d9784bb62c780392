"""The work of the bench: count a label's boxes, and ask Kili as often as an event says."""

from collections import Counter

from kili.plugins import PluginCore


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        counts = Counter()
        for job in label.get("jsonResponse", {}).values():
            for annotation in job.get("annotations", []):
                counts.update(category["name"] for category in annotation.get("categories", []))
        too_many = {name: count for name, count in counts.items() if count > 1}
        self.logger.info("%s: %s", asset_id, too_many)

    def on_event(self, payload):
        for _ in range(payload["calls"]):
            self.kili.count_labels(self.project_id)
