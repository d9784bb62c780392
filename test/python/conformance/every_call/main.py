"""Every method of the client once, and what it gives."""

from kili.exceptions import GraphQLError
from kili.plugins import PluginCore


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        kili, project = self.kili, self.project_id
        response = {"JOB_0": {"categories": [{"name": "A", "confidence": 100}]}}

        def show(name, *args, **kwargs):
            try:
                result = getattr(kili, name)(*args, **kwargs)
                print(name, repr(result))
                return result
            except (GraphQLError, ValueError, TypeError, AttributeError) as error:
                print(name, "raised", type(error).__name__, str(error)[:60])
                return None

        show("labels", project, fields=["id", "labelType", "jsonResponse"], first=2)
        show("labels", project, "asset-1", fields=["id"], type_in=["REVIEW"])
        show("count_labels", project, type_in=["DEFAULT"])
        show("predictions", project, fields=["id"])
        show("assets", project, fields=["id", "externalId", "jsonMetadata", "labels.id"], asset_id_in=["asset-1", "asset-2"])
        show("assets", project, external_id_strictly_in=["two"], fields=["id"])
        show("count_assets", project)
        show("projects", project, fields=["id", "title", "jsonInterface", "inputType"])
        show("count_projects", project)
        show("project_users", project, fields=["id", "role", "user.email"])
        show("count_project_users", project)
        issues = show("create_issues", project, ["label-1", "label-2"], text_array=["one", "two"])
        show("create_issues", project, ["label-1"], ["mid-1"])
        show("create_questions", project, ["why?"], asset_id_array=["asset-1"])
        show("issues", project, fields=["id", "type", "status", "objectMid"])
        show("issues", project, ["id"], issue_type="QUESTION", status="OPEN")
        show("count_issues", project, issue_type="ISSUE")
        show("update_issue_status", issues[0]["id"], "SOLVED")
        show("count_issues", project, status="SOLVED")
        show("append_labels", ["asset-1", "asset-2"], [response, response], project_id=project, model_name="m", label_type="INFERENCE", seconds_to_label_array=[1, 2])
        show("append_labels", asset_external_id_array=["two"], json_response_array=[response], project_id=project)
        show("create_predictions", project, external_id_array=["one"], json_response_array=[response], model_name="m")
        show("count_labels", project)
        show("delete_labels", ["label-2"])
        show("update_properties_in_assets", ["asset-1", "asset-2"], priorities=[1, 2], json_metadatas=[{"a": 1}, '{"b": 2}'])
        show("add_metadata", [{"c": 3}], project, asset_ids=["asset-1"])
        show("set_metadata", [{"d": 4}], project, external_ids=["two"])
        show("assets", project, fields=["id", "priority", "jsonMetadata"])
        show("assign_assets_to_labelers", [["user-1"], []], ["asset-1", "asset-2"])
        show("skip_or_unskip", "skip", "asset-2", project, "unreadable")
        show("skip_or_unskip", "unskip", "asset-2", project)
        show("send_back_to_queue", ["asset-1"])
        show("send_back_to_queue", external_ids=["two"], project_id=project)
        show("send_back_to_queue", [])
        show("add_to_review", ["asset-1"])
        show("update_properties_in_project", project, title="Renamed", min_consensus_size=2)
        show("create_notification", "done", "INFO", "https://example.com", "user-1")
        print("events.list", kili.events.list(project, fields=["id", "event"]))
        query = "query own($where: ProjectWhere!) { projects(where: $where, first: 1, skip: 0) { id title } }"
        print(kili.graphql_client.execute(query, {"where": {"id": project}}))

        show("send_back_to_queue", "asset-1")
        show("create_issues", project, ["label-1"], text_array=["one", "two"])
        show("append_labels", ["asset-1"], [])
        show("labels", project, colour="red")
        show("create_project", "x")
