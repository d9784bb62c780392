"""The client's methods by what they are about, and what is said of those that are not there."""

from kili.client_domain import Kili
from kili.plugins import PluginCore


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        kili, project = self.kili, self.project_id
        print(isinstance(kili, Kili), kili.labels.count(project), len(kili.labels(project)), len(kili.labels.list(project)))
        print(kili.assets.list(project, fields=["id"], filter={"status_in": ["LABELED"]}))
        print(kili.assets.invalidate(asset_id="asset-1"))
        issue = kili.issues.create(project_id=project, label_id=label["id"], text="look")
        print(kili.issues.solve(issue_id=issue[0]["id"]), kili.issues.list(project, fields=["id", "status"]))
        print(kili.questions.create(project_id=project, asset_id="asset-1", text="why"), kili.questions.count(project))
        print(kili.projects.users.list(project, fields=["id", "role"]), kili.projects.update_info(project, title="Renamed"))
        for wrong in (
            lambda: kili.labels.export(project),
            lambda: kili.questions(),
            lambda: kili.tags.list(),
            lambda: kili.labels.delete(),
        ):
            try:
                wrong()
            except (AttributeError, TypeError, AssertionError) as error:
                print(type(error).__name__, error)
