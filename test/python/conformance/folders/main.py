from kili.plugins import PluginCore

import rules
from rules import limits
from rules.boxes import too_large
from rules.geometry.area import area_of


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        print(rules.NAME, limits.MAX_AREA, __name__, rules.__name__, area_of.__module__)
        for job, response in label["jsonResponse"].items():
            for annotation in response.get("annotations", ()):
                if too_large(annotation):
                    self.kili.create_issues(
                        project_id=self.project_id,
                        label_id_array=[label["id"]],
                        object_mid_array=[annotation["mid"]],
                        text_array=[f"{job}: box of {area_of(annotation):.3f}, at most {limits.MAX_AREA:.3f}"],
                    )
