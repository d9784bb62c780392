from collections import defaultdict

from kili.plugins import PluginCore


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        project = self.kili.projects(project_id=self.project_id, fields=["minConsensusSize", "jsonInterface"])[0]
        labels = self.kili.labels(
            project_id=self.project_id,
            asset_id=asset_id,
            fields=["id", "jsonResponse", "author.id", "createdAt"],
            type_in=["DEFAULT"],
        )
        authors = {each["author"]["id"] for each in labels}
        print(f"{len(labels)} labels by {sorted(authors)}, {project['minConsensusSize']} wanted")
        if len(authors) < project["minConsensusSize"]:
            return self.logger.info("not yet")
        merged = defaultdict(list)
        for each in sorted(labels, key=lambda item: (item["createdAt"], item["id"])):
            for job, response in each["jsonResponse"].items():
                merged[job] += response.get("annotations", [])
        response = {job: {"annotations": annotations} for job, annotations in merged.items()}
        added = self.kili.append_labels(
            asset_id_array=[asset_id], json_response_array=[response], label_type="REVIEW", project_id=self.project_id
        )
        self.logger.info("added %d label of %d boxes", len(added), sum(map(len, merged.values())))
