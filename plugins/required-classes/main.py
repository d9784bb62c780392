"""Each required class is drawn at least once: else an issue on the label, and the asset goes back to the queue."""

from kili.plugins import PluginCore
from kili_edge import run

from rules import missing_classes


class PluginHandler(PluginCore):
    def on_submit(self, label: dict, asset_id: str) -> None:
        missing = missing_classes(label.get("jsonResponse", {}), run.config["classes"])
        if not missing:
            self.logger.info("All classes are there on %s", asset_id)
            return
        text = f"Nothing of {', '.join(missing)} is drawn: each is required"
        self.kili.create_issues(project_id=self.project_id, label_id_array=[label["id"]], text_array=[text])
        self.kili.send_back_to_queue(asset_ids=[asset_id])
        self.logger.warning(text)

    def on_review(self, label: dict, asset_id: str) -> None:
        self.on_submit(label, asset_id)
