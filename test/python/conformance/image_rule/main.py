"""At most one box of a class: else an issue per label, and back to the queue."""

from typing import Dict, List

from kili.plugins import PluginCore


def check_rules_on_label(label: Dict) -> List[str]:
    issues_array = []
    for job_dot_category, num_annotations in label["search"]["numberOfAnnotationsByObject"].items():
        if job_dot_category == "JOB_0.OBJECT_A" and num_annotations > 1:
            issues_array.append(f"There are too many BBox ({num_annotations}) - Only 1 BBox of Object A accepted")
    return issues_array


class PluginHandler(PluginCore):
    """Custom plugin instance"""

    def on_submit(self, label: Dict, asset_id: str) -> None:
        """Dedicated handler for Submit action"""
        self.logger.info("On submit called")

        issues_array = check_rules_on_label(label)
        project_id = self.project_id

        if len(issues_array) > 0:
            print("Creating an issue...")
            self.kili.create_issues(
                project_id=project_id,
                label_id_array=[label["id"]] * len(issues_array),
                text_array=issues_array,
            )
            print("Issue created!")
            sent = self.kili.send_back_to_queue(asset_ids=[asset_id])
            self.logger.info("sent back: %s", sorted(sent))
        else:
            self.logger.info("Label ok")
