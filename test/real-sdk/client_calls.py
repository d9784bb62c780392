"""One call per case, for Kili's SDK and for the client that plugins get on the host. Imports neither."""

P = "seed-project"
RESPONSE = {"JOB_0": {"categories": [{"name": "A", "confidence": 100}]}}

LABEL = {"assetId": "seed-asset-1", "labelType": "DEFAULT", "jsonResponse": '{"JOB_0": {}}', "secondsToLabel": 3}
SEED = {
    "projects": [
        {
            "id": P,
            "title": "Boxes",
            "inputType": "IMAGE",
            "jsonInterface": '{"jobs": {}}',
            "minConsensusSize": 2,
            "consensusTotCoverage": 0,
            "reviewCoverage": 0,
            "steps": [],
            "workflowVersion": "V1",
            "roles": [
                {
                    "id": "role",
                    "role": "ADMIN",
                    "activated": True,
                    "starred": False,
                    "status": "ACTIVATED",
                    "user": {"id": "user", "email": "ann@example.com"},
                }
            ],
        }
    ],
    "assets": [
        {
            "id": f"seed-asset-{n}",
            "externalId": external,
            "projectId": P,
            "status": "LABELED",
            "content": "https://example.com/a.png",
            "createdAt": "2026-01-01T00:00:00.000Z",
            "jsonMetadata": '{"url": "u", "x": 1}',
            "isHoneypot": False,
            "skipped": False,
        }
        for n, external in enumerate(["one", "two"], 1)
    ],
    "labels": [
        {"id": "seed-label-1", "author": {"id": "user", "email": "ann@example.com"}, **LABEL},
        {"id": "seed-label-2", "author": {"id": "other", "email": "bob@example.com"}, **LABEL, "labelType": "REVIEW"},
        {"id": "seed-label-3", "author": None, **LABEL, "labelType": "PREDICTION", "modelName": "m"},
        {"id": "seed-label-4", "author": None, **LABEL, "labelType": "INFERENCE", "modelName": "m"},
    ],
    "issues": [
        {"id": "seed-issue", "assetId": "seed-asset-1", "type": "ISSUE", "status": "OPEN", "comments": [], "createdAt": "2026-01-01T00:00:00.000Z"},
        {"id": "seed-question", "assetId": "seed-asset-2", "type": "QUESTION", "status": "OPEN", "comments": [], "createdAt": "2026-01-01T00:00:00.000Z"},
    ],
    "events": [
        {"id": "event", "event": "asset.skipped", "projectId": P, "createdAt": "2026-01-01T00:00:00.000Z", "payload": {}, "userId": "user", "organizationId": "o"}
    ],
}

QUIET = {"disable_tqdm": True}

FLAT = {
    "labels": lambda kili: kili.labels(P, **QUIET),
    "labels of an asset": lambda kili: kili.labels(P, "seed-asset-1", fields=["id", "labelType"], **QUIET),
    "labels, the first": lambda kili: kili.labels(project_id=P, first=1, skip=1, fields=("id",), **QUIET),
    "labels by what they are": lambda kili: kili.labels(P, type_in=["REVIEW", "DEFAULT"], author_in=["ann"], created_at_gte="2025-01-01", fields=["id"], **QUIET),
    "labels by their assets": lambda kili: kili.labels(P, asset_status_in=["LABELED"], asset_external_id_in=["one"], user_id="user", fields=["id"], **QUIET),
    "labels by id": lambda kili: kili.labels(P, label_id="seed-label-2", fields=["id"], **QUIET),
    "labels by ids": lambda kili: kili.labels(P, id_contains=["seed-label-1", "seed-label-2"], honeypot_mark_gte=0.1, fields=["id"], **QUIET),
    "labels as a generator": lambda kili: kili.labels(P, as_generator=True, fields=["id"], **QUIET),
    "count_labels": lambda kili: kili.count_labels(P, type_in=["DEFAULT"]),
    "predictions": lambda kili: kili.predictions(P, fields=["id", "modelName"], **QUIET),
    "inferences": lambda kili: kili.inferences(P, fields=["id"], **QUIET),
    "assets": lambda kili: kili.assets(P, **QUIET),
    "asset by id": lambda kili: kili.assets(P, asset_id="seed-asset-1", fields=["id", "jsonMetadata", "labels.jsonResponse", "latestLabel.id"], **QUIET),
    "assets by ids": lambda kili: kili.assets(P, asset_id_in=["seed-asset-1"], asset_id_not_in=["seed-asset-2"], fields=["id"], **QUIET),
    "assets by external ids": lambda kili: kili.assets(P, external_id_strictly_in=["two"], fields=["id"], **QUIET),
    "assets by what they are": lambda kili: kili.assets(P, status_in=["LABELED"], skipped=False, metadata_where={"x": 1}, updated_at_gte="2025-01-01", fields=["id"], **QUIET),
    "assets by issues and labels": lambda kili: kili.assets(P, issue_type="ISSUE", issue_status="OPEN", label_type_in=["DEFAULT"], label_author_in=["ann"], consensus_mark_gte=0.5, fields=["id"], **QUIET),
    "count_assets": lambda kili: kili.count_assets(P, status_in=["LABELED"]),
    "projects": lambda kili: kili.projects(**QUIET),
    "project by id": lambda kili: kili.projects(P, fields=["id", "jsonInterface"], **QUIET),
    "projects by search": lambda kili: kili.projects(search_query="Box", archived=False, starred=False, updated_at_gte="2025-01-01", first=1, fields=["id"], **QUIET),
    "count_projects": lambda kili: kili.count_projects(P),
    "project_users": lambda kili: kili.project_users(P, **QUIET),
    "project_users by email": lambda kili: kili.project_users(P, email="ann@example.com", fields=["id", "role"], **QUIET),
    "count_project_users": lambda kili: kili.count_project_users(P),
    "issues": lambda kili: kili.issues(P, **QUIET),
    "issues of assets": lambda kili: kili.issues(P, ["id", "type"], asset_id_in=["seed-asset-1"], issue_type="ISSUE", status="OPEN", **QUIET),
    "count_issues": lambda kili: kili.count_issues(P, issue_type="QUESTION"),
    "create_issues": lambda kili: kili.create_issues(P, ["seed-label-1", "seed-label-2"], text_array=["one", "two"]),
    "create_issues on objects": lambda kili: kili.create_issues(project_id=P, label_id_array=["seed-label-1"], object_mid_array=["mid"]),
    "create_questions": lambda kili: kili.create_questions(P, ["why?"], asset_id_array=["seed-asset-1"]),
    "create_questions by external id": lambda kili: kili.create_questions(P, ["why?"], asset_external_id_array=["two"]),
    "update_issue_status": lambda kili: kili.update_issue_status("seed-issue", "SOLVED"),
    "append_labels": lambda kili: kili.append_labels(["seed-asset-1", "seed-asset-2"], [RESPONSE, RESPONSE], project_id=P, seconds_to_label_array=[1, 2], **QUIET),
    "append_labels, inferences": lambda kili: kili.append_labels(asset_id_array=["seed-asset-1"], json_response_array=[RESPONSE], model_name="m", label_type="INFERENCE", overwrite=True, project_id=P, **QUIET),
    "append_labels by external ids": lambda kili: kili.append_labels(asset_external_id_array=["two"], json_response_array=[RESPONSE], project_id=P, author_id_array=["user"], **QUIET),
    "append_labels, a review": lambda kili: kili.append_labels(["seed-asset-1"], [RESPONSE], label_type="REVIEW", reviewed_label_id_array=["seed-label-1"], project_id=P, **QUIET),
    "append_labels without a project": lambda kili: kili.append_labels(["seed-asset-1"], [RESPONSE], **QUIET),
    "create_predictions": lambda kili: kili.create_predictions(P, external_id_array=["one"], json_response_array=[RESPONSE], model_name="m", **QUIET),
    "create_predictions by id": lambda kili: kili.create_predictions(P, asset_id_array=["seed-asset-1"], json_response_array=[RESPONSE], model_name="m", overwrite=True, **QUIET),
    "delete_labels": lambda kili: kili.delete_labels(["seed-label-1"], **QUIET),
    "update_properties_in_assets": lambda kili: kili.update_properties_in_assets(["seed-asset-1", "seed-asset-2"], json_metadatas=[{"a": 1}, {"b": 2}], contents=["https://example.com/1.png", "https://example.com/2.png"]),
    "update_properties_in_assets, texts": lambda kili: kili.update_properties_in_assets(["seed-asset-1"], json_metadatas=['{"a": 1}'], consensus_marks=[0.5], honeypot_marks=[0.25], to_be_labeled_by_array=[["ann@example.com"]]),
    "update_properties_in_assets, one column": lambda kili: kili.update_properties_in_assets(external_ids=["two"], project_id=P, is_honeypot_array=[True]),
    "add_metadata": lambda kili: kili.add_metadata([{"c": 3}], P, asset_ids=["seed-asset-1"]),
    "set_metadata": lambda kili: kili.set_metadata([{"d": 4}], P, external_ids=["two"]),
    "assign_assets_to_labelers": lambda kili: kili.assign_assets_to_labelers([["user"], []], asset_ids=["seed-asset-1", "seed-asset-2"]),
    "set_assets_priority": lambda kili: kili.set_assets_priority(3, asset_ids=["seed-asset-1", "seed-asset-2"]),
    "set_assets_priority by external id": lambda kili: kili.set_assets_priority(3, external_ids=["two"], project_id=P),
    "set_assets_priority, nothing": lambda kili: kili.set_assets_priority(3, asset_ids=[]),
    "update_asset_consensus": lambda kili: kili.update_asset_consensus(P, True, asset_id="seed-asset-1"),
    "update_asset_consensus by external id": lambda kili: kili.update_asset_consensus(P, False, external_id="two"),
    "update_asset_consensus of nothing": lambda kili: kili.update_asset_consensus(P, False),
    "skip_or_unskip, skip": lambda kili: kili.skip_or_unskip("skip", "seed-asset-1", P, "unreadable"),
    "skip_or_unskip, unskip": lambda kili: kili.skip_or_unskip("unskip", "seed-asset-1", P),
    "send_back_to_queue": lambda kili: kili.send_back_to_queue(["seed-asset-1"]),
    "send_back_to_queue by external id": lambda kili: kili.send_back_to_queue(external_ids=["two"], project_id=P),
    "send_back_to_queue, nothing": lambda kili: kili.send_back_to_queue([]),
    "add_to_review": lambda kili: kili.add_to_review(["seed-asset-1"]),
    "update_properties_in_project": lambda kili: kili.update_properties_in_project(P, title="Renamed", min_consensus_size=3),
    "update_properties_in_project, an interface": lambda kili: kili.update_properties_in_project(P, json_interface={"jobs": {}}, can_skip_asset=True),
    "create_notification": lambda kili: kili.create_notification("done", "INFO", "https://example.com", "user"),
    "events.list": lambda kili: kili.events.list(P, event="asset.skipped"),
    "an unknown external id": lambda kili: kili.send_back_to_queue(external_ids=["nobody"], project_id=P),
    "arrays of two lengths": lambda kili: kili.create_issues(P, ["seed-label-1"], text_array=["one", "two"]),
    "no labels": lambda kili: kili.append_labels(["seed-asset-1"], [], **QUIET),
}  # fmt: skip

DOMAIN = {
    "labels.list": lambda kili: kili.labels.list(P, filter={"type_in": ["DEFAULT"]}, **QUIET),
    "labels.list_as_generator": lambda kili: kili.labels.list_as_generator(P, fields=["id"]),
    "labels.count": lambda kili: kili.labels.count(P, filter={"type_in": ["DEFAULT"]}),
    "labels.create_default": lambda kili: kili.labels.create_default(asset_id="seed-asset-1", json_response=RESPONSE, project_id=P, **QUIET),
    "labels.create_review": lambda kili: kili.labels.create_review(asset_id_array=["seed-asset-1"], json_response_array=[RESPONSE], reviewed_label_id="seed-label-1", project_id=P, **QUIET),
    "labels.create_inference": lambda kili: kili.labels.create_inference(external_id="one", json_response=RESPONSE, model_name="m", overwrite=True, project_id=P, **QUIET),
    "labels.create_prediction": lambda kili: kili.labels.create_prediction(asset_id="seed-asset-1", json_response=RESPONSE, model_name="m", project_id=P, **QUIET),
    "labels.delete": lambda kili: kili.labels.delete(id="seed-label-1", **QUIET),
    "assets.list": lambda kili: kili.assets.list(P, filter={"status_in": ["LABELED"]}, **QUIET),
    "assets.list_as_generator": lambda kili: kili.assets.list_as_generator(P, fields=["id"], first=1, **QUIET),
    "assets.count": lambda kili: kili.assets.count(P),
    "assets.add_metadata": lambda kili: kili.assets.add_metadata(json_metadata={"c": 3}, project_id=P, asset_id="seed-asset-1"),
    "assets.set_metadata": lambda kili: kili.assets.set_metadata(json_metadata=[{"c": 3}], project_id=P, external_ids=["one"]),
    "assets.skip": lambda kili: kili.assets.skip(asset_id="seed-asset-1", project_id=P, reason="unreadable"),
    "assets.unskip": lambda kili: kili.assets.unskip(asset_id="seed-asset-1", project_id=P),
    "assets.invalidate": lambda kili: kili.assets.invalidate(asset_id="seed-asset-1", project_id=P),
    "assets.move_to_next_step": lambda kili: kili.assets.move_to_next_step(external_id="one", project_id=P),
    "assets.assign": lambda kili: kili.assets.assign(asset_id="seed-asset-1", project_id=P, to_be_labeled_by=["user"]),
    "assets.update_priority": lambda kili: kili.assets.update_priority(asset_id="seed-asset-1", priority=2),
    "assets.set_priority": lambda kili: kili.assets.set_priority(external_id="one", project_id=P, priority=2),
    "assets.update_consensus": lambda kili: kili.assets.update_consensus(project_id=P, is_consensus=True, asset_id="seed-asset-2"),
    "issues.list": lambda kili: kili.issues.list(P, fields=["id", "type"], filter={"status": "OPEN"}, **QUIET),
    "issues.list_as_generator": lambda kili: kili.issues.list_as_generator(P, **QUIET),
    "issues.count": lambda kili: kili.issues.count(P),
    "issues.create": lambda kili: kili.issues.create(project_id=P, label_id="seed-label-1", text="why"),
    "issues.solve": lambda kili: kili.issues.solve(issue_id="seed-issue", **QUIET),
    "issues.cancel": lambda kili: kili.issues.cancel(issue_ids=["seed-issue"], **QUIET),
    "issues.open": lambda kili: kili.issues.open(issue_id="seed-issue", **QUIET),
    "questions.list": lambda kili: kili.questions.list(P, fields=["id", "type"], **QUIET),
    "questions.count": lambda kili: kili.questions.count(P),
    "questions.create": lambda kili: kili.questions.create(project_id=P, asset_id="seed-asset-1", text="why"),
    "questions.create by external id": lambda kili: kili.questions.create(project_id=P, asset_external_id="two", text="why"),
    "questions.solve": lambda kili: kili.questions.solve(question_id="seed-question"),
    "projects.list": lambda kili: kili.projects.list(filter={"project_id": P}, **QUIET),
    "projects.count": lambda kili: kili.projects.count(filter={"project_id": P}),
    "projects.update_info": lambda kili: kili.projects.update_info(P, title="Renamed", instructions="Draw."),
    "projects.update_interface": lambda kili: kili.projects.update_interface(P, {"jobs": {}}),
    "projects.update_workflow_settings": lambda kili: kili.projects.update_workflow_settings(P, can_skip_asset=False),
    "projects.users.list": lambda kili: kili.projects.users.list(P, **QUIET),
    "projects.users.count": lambda kili: kili.projects.users.count(P),
}  # fmt: skip

CASES = {**FLAT, **DOMAIN}


def give(call, kili):
    """What a call gives, or raises, as JSON can say it."""
    try:
        result = call(kili)
        return {"result": list(result) if hasattr(result, "__next__") else result}
    except Exception as error:
        return {"raised": type(error).__name__, "message": str(error)}
