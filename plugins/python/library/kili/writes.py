"""What plugins may change at Kili."""

import json

from kili.transport import batches, check_id, check_ids, check_lists, execute, parse_field, resolve_asset_ids

_CREATE_ISSUES = "mutation createIssues($issues: [IssueToCreate!]!, $where: AssetWhere!) { data: createIssues(issues: $issues, where: $where) { id } }"
_UPDATE_ISSUE = "mutation updatePropertiesInIssue($data: IssueData!, $where: IssueWhere!) { updatePropertiesInIssue(data: $data, where: $where) { id } }"
_SEND_BACK = "mutation sendBackAssetsToQueue($where: AssetWhere!) { data: sendBackAssetsToQueue(where: $where) { id } }"
_ADD_TO_REVIEW = "mutation addAllLabeledAssetsToReview($where: AssetWhere!) { data: addAllLabeledAssetsToReview(where: $where) { id } }"
_APPEND_LABELS = "mutation appendManyLabels($data: AppendManyLabelsData!, $where: AssetWhere!) { data: appendManyLabels(data: $data, where: $where) { id } }"
_DELETE_LABELS = "mutation deleteLabels($ids: [ID!]!) { data: deleteLabels(ids: $ids) }"
_UPDATE_ASSETS = "mutation updatePropertiesInAssets($where: [AssetWhere!]!, $data: [AssetData!]!) { data: updatePropertiesInAssets(where: $where, data: $data) { id } }"
_ASSIGN = "mutation assignAssetsToLabelers($where: AssetWhere!, $userIds: [String!]!) { data: assignAssetsToLabelers(where: $where, userIds: $userIds) { id } }"
_SET_PRIORITY = "mutation setAssetsPriority($where: AssetWhere!, $priority: Int!) { data: setAssetsPriority(where: $where, priority: $priority) { succeeded { assetId externalId } declined { assetId externalId } failed { assetId externalId details } } }"
_SET_CONSENSUS = "mutation setAssetConsensus($assetId: ID, $externalId: String, $projectId: ID!, $isConsensus: Boolean!) { data: setAssetConsensus(assetId: $assetId, externalId: $externalId, projectId: $projectId, isConsensus: $isConsensus) }"
_SKIP = "mutation skipAsset($reason: String!, $where: AssetWhere!) { data: skipAsset(reason: $reason, where: $where) { id } }"
_UNSKIP = "mutation unskipAsset($projectId: ID!, $assetId: ID!) { data: unskipAsset(projectId: $projectId, assetId: $assetId) }"
_UPDATE_PROJECT = "mutation updatePropertiesInProject($data: ProjectData!, $where: ProjectWhere!) {{ data: updatePropertiesInProject(data: $data, where: $where) {{ {} }} }}"
_NOTIFY = "mutation createNotification($data: NotificationData!) { data: createNotification(data: $data) { id } }"

_KEPT_METADATA = ("text", "imageUrl", "url", "processingParameters")


class Writes:
    """The writing half of the client, with the SDK's names and arguments."""

    def create_issues(self, project_id, label_id_array, object_mid_array=None, text_array=None):
        """Opens an issue per label, or per object of a label."""
        check_id("create_issues", project_id=project_id)
        check_ids("create_issues", label_id_array=label_id_array)
        check_lists("create_issues", label_id_array=label_id_array, object_mid_array=object_mid_array, text_array=text_array)
        issues = [
            {"type": "ISSUE", "labelID": label_id, "objectMid": mid, "text": text}
            for label_id, mid, text in zip(label_id_array, object_mid_array or _nones(label_id_array), text_array or _nones(label_id_array))
        ]
        return _create_issues(project_id, issues)

    def create_questions(self, project_id, text_array, asset_id_array=None, asset_external_id_array=None):
        """Asks a question per asset."""
        check_id("create_questions", project_id=project_id)
        asset_ids = resolve_asset_ids("create_questions", asset_id_array, asset_external_id_array, project_id)
        check_lists("create_questions", text_array=text_array, asset_ids=asset_ids)
        return _create_issues(project_id, [{"type": "QUESTION", "assetId": asset_id, "text": text} for asset_id, text in zip(asset_ids, text_array)])

    def update_issue_status(self, issue_id, status):
        """Opens, solves or cancels an issue."""
        check_id("update_issue_status", issue_id=issue_id)
        return execute(_UPDATE_ISSUE, {"data": {"status": status}, "where": {"id": issue_id}})

    def send_back_to_queue(self, asset_ids=None, external_ids=None, project_id=None):
        """Puts assets back to the queue."""
        return _move(_SEND_BACK, "send_back_to_queue", asset_ids, external_ids, project_id)

    def add_to_review(self, asset_ids=None, external_ids=None, project_id=None):
        """Sends labeled assets to review."""
        return _move(_ADD_TO_REVIEW, "add_to_review", asset_ids, external_ids, project_id)

    def append_labels(self, asset_id_array=None, json_response_array=(), author_id_array=None, seconds_to_label_array=None, model_name=None, label_type="DEFAULT", project_id=None, asset_external_id_array=None, disable_tqdm=None, overwrite=False, step_name=None, reviewed_label_id_array=None):
        """Adds labels to assets."""
        if len(json_response_array) == 0:
            raise ValueError("json_response_array is empty, you must provide at least one label to upload")
        asset_ids = resolve_asset_ids("append_labels", asset_id_array, asset_external_id_array, project_id)
        lists = {"json_response_array": json_response_array, "author_id_array": author_id_array, "seconds_to_label_array": seconds_to_label_array}
        check_lists("append_labels", asset_ids=asset_ids, reviewed_label_id_array=reviewed_label_id_array, **lists)
        others = {"author_id_array": author_id_array, "reviewed_label_id_array": reviewed_label_id_array}
        check_ids("append_labels", **_given(others))
        labels = [
            {"assetID": asset_id, "jsonResponse": json.dumps(content), "authorID": author, "secondsToLabel": seconds, "referencedLabelId": reviewed, "modelName": model_name}
            for asset_id, content, author, seconds, reviewed in zip(
                asset_ids, json_response_array, author_id_array or _nones(asset_ids), seconds_to_label_array or _nones(asset_ids), reviewed_label_id_array or _nones(asset_ids)
            )
        ]
        added = []
        for batch in batches([{key: value for key, value in label.items() if value is not None} for label in labels]):
            data = {"labelType": label_type, "stepName": step_name, "overwrite": overwrite, "labelsData": batch}
            where = {"idIn": [label["assetID"] for label in batch], "project": {"id": project_id} if project_id else None}
            added.extend(execute(_APPEND_LABELS, {"data": data, "where": where})["data"])
        return added

    def create_predictions(self, project_id, external_id_array=None, model_name_array=None, json_response_array=None, model_name=None, asset_id_array=None, disable_tqdm=None, overwrite=False):
        """Adds predictions of one model to assets."""
        if not json_response_array:
            raise ValueError("json_response_array is empty, you must provide at least one prediction to upload")
        if model_name is None and not model_name_array:
            raise ValueError("You must provide a model name with the `model_name` argument.")
        check_id("create_predictions", project_id=project_id)
        self.append_labels(
            asset_id_array, json_response_array, model_name=model_name or model_name_array[0], label_type="PREDICTION",
            project_id=project_id, asset_external_id_array=external_id_array, overwrite=overwrite,
        )  # fmt: skip
        return {"id": project_id}

    def delete_labels(self, ids, disable_tqdm=None):
        """Deletes labels."""
        check_ids("delete_labels", ids=ids)
        deleted = []
        for batch in batches(list(ids)):
            deleted.extend(execute(_DELETE_LABELS, {"ids": batch})["data"])
        return deleted

    def update_properties_in_assets(self, asset_ids=None, external_ids=None, priorities=None, json_metadatas=None, consensus_marks=None, honeypot_marks=None, to_be_labeled_by_array=None, contents=None, json_contents=None, status_array=None, is_used_for_consensus_array=None, is_honeypot_array=None, project_id=None, resolution_array=None, page_resolutions_array=None):
        """Changes properties of assets."""
        if resolution_array is not None or page_resolutions_array is not None:
            raise NotImplementedError("update_properties_in_assets() does not take resolutions on this host")
        if asset_ids == [] or external_ids == []:
            return []
        ids = resolve_asset_ids("update_properties_in_assets", asset_ids, external_ids, project_id)
        columns = {
            "priority": priorities, "jsonMetadata": json_metadatas and [_as_json(each) for each in json_metadatas],
            "consensusMark": consensus_marks, "honeypotMark": honeypot_marks, "toBeLabeledBy": to_be_labeled_by_array,
            "shouldResetToBeLabeledBy": to_be_labeled_by_array and [not each for each in to_be_labeled_by_array],
            "content": contents, "jsonContent": json_contents, "isUsedForConsensus": is_used_for_consensus_array,
            "isHoneypot": is_honeypot_array,
        }  # fmt: skip
        check_lists("update_properties_in_assets", asset_ids=ids, **columns)
        rows = [{"id": asset_id} | {name: column[i] for name, column in columns.items() if column is not None} for i, asset_id in enumerate(ids)]
        changed = []
        for batch in batches(rows):
            where = [{"id": row["id"]} for row in batch]
            data = [{key: value for key, value in row.items() if key != "id" and value is not None} for row in batch]
            changed.extend(execute(_UPDATE_ASSETS, {"where": where, "data": data})["data"])
        return changed

    def add_metadata(self, json_metadata, project_id, asset_ids=None, external_ids=None):
        """Adds to the metadata of assets."""
        return self._change_metadata("add_metadata", json_metadata, project_id, asset_ids, external_ids, None)

    def set_metadata(self, json_metadata, project_id, asset_ids=None, external_ids=None):
        """Replaces the metadata of assets, but for what Kili itself keeps there."""
        return self._change_metadata("set_metadata", json_metadata, project_id, asset_ids, external_ids, _KEPT_METADATA)

    def _change_metadata(self, method, json_metadata, project_id, asset_ids, external_ids, kept):
        if not json_metadata:
            return []
        check_id(method, project_id=project_id)
        ids = resolve_asset_ids(method, asset_ids, external_ids, project_id)
        check_lists(method, json_metadata=json_metadata, asset_ids=ids)
        present = {}
        for batch in batches(ids):
            for asset in self.assets(project_id, asset_id_in=batch, fields=["id", "jsonMetadata"]):
                present[asset["id"]] = asset["jsonMetadata"]
        merged = []
        for asset_id, added in zip(ids, json_metadata):
            before = present.get(asset_id)
            # Setting it all the same would delete what could not be read.
            if before is None:
                raise ValueError(f'Cannot call {method}: asset "{asset_id}" is not in project "{project_id}"')
            merged.append({key: value for key, value in before.items() if kept is None or key in kept} | added)
        return self.update_properties_in_assets(asset_ids=ids, json_metadatas=merged)

    def assign_assets_to_labelers(self, to_be_labeled_by_array, asset_ids=None, external_ids=None, project_id=None):
        """Says who is to label assets."""
        ids = resolve_asset_ids("assign_assets_to_labelers", asset_ids, external_ids, project_id)
        check_lists("assign_assets_to_labelers", asset_ids=ids, to_be_labeled_by_array=to_be_labeled_by_array)
        for at, users in enumerate(to_be_labeled_by_array):
            check_ids("assign_assets_to_labelers", **{f"to_be_labeled_by_array[{at}]": users})
        return [execute(_ASSIGN, {"userIds": list(users), "where": {"id": asset_id}}) for asset_id, users in zip(ids, to_be_labeled_by_array)]

    def set_assets_priority(self, priority, asset_ids=None, external_ids=None, project_id=None):
        """Says which assets are labeled first; what became of each is in the result."""
        outcome = {"declined": [], "failed": [], "succeeded": []}
        if asset_ids == [] or external_ids == []:
            return outcome
        ids = resolve_asset_ids("set_assets_priority", asset_ids, external_ids, project_id)
        for batch in batches(ids):
            done = execute(_SET_PRIORITY, {"where": {"idIn": batch}, "priority": priority})["data"]
            for each in outcome:
                outcome[each].extend(done[each])
        return outcome

    def update_asset_consensus(self, project_id, is_consensus, asset_id=None, external_id=None):
        """Turns consensus on an asset on or off."""
        if asset_id is None and external_id is None:
            raise ValueError("At least one of asset_id or external_id must be provided to update_asset_consensus")
        check_id("update_asset_consensus", project_id=project_id, **_given({"asset_id": asset_id, "external_id": external_id}))
        given = {"projectId": project_id, "isConsensus": is_consensus, "assetId": asset_id, "externalId": external_id}
        return execute(_SET_CONSENSUS, given)["data"]

    def skip_or_unskip(self, action, asset_id, project_id, reason=None):
        """Takes an asset out of the queue, or puts it back."""
        check_id("skip_or_unskip", asset_id=asset_id, project_id=project_id)
        if action == "unskip":
            execute(_UNSKIP, {"projectId": project_id, "assetId": asset_id})
            return asset_id
        if reason is None:
            raise ValueError("You must provide a reason to skip an asset")
        execute(_SKIP, {"reason": reason, "where": {"id": asset_id, "project": {"id": project_id}}})
        return asset_id

    def skip_asset(self, asset_id, project_id, reason):
        """Takes an asset out of the queue."""
        return self.skip_or_unskip("skip", asset_id, project_id, reason)

    def unskip_asset(self, asset_id, project_id):
        """Puts an asset back to the queue."""
        return self.skip_or_unskip("unskip", asset_id, project_id)

    def update_properties_in_project(self, project_id, can_navigate_between_assets=None, can_skip_asset=None, *, consensus_tot_coverage=None, description=None, instructions=None, json_interface=None, min_consensus_size=None, review_coverage=None, title=None, use_honeypot=None):
        """Changes settings of a project."""
        check_id("update_properties_in_project", project_id=project_id)
        data = {
            "canNavigateBetweenAssets": can_navigate_between_assets, "canSkipAsset": can_skip_asset,
            "consensusTotCoverage": consensus_tot_coverage, "description": description, "instructions": instructions,
            "jsonInterface": None if json_interface is None else _as_json(json_interface),
            "minConsensusSize": min_consensus_size, "reviewCoverage": review_coverage, "title": title,
            "useHoneyPot": use_honeypot,
        }  # fmt: skip
        data = {key: value for key, value in data.items() if value is not None}
        if not data:
            raise ValueError("update_properties_in_project() needs a setting to change")
        changed = {**execute(_UPDATE_PROJECT.format("id"), {"data": data, "where": {"id": project_id}})["data"], **data}
        return parse_field(changed, "jsonInterface")

    def create_notification(self, message, status, url, user_id):
        """Tells a user of Kili something, in Kili."""
        check_id("create_notification", user_id=user_id)
        data = {"message": message, "status": status, "url": url, "userID": user_id}
        return execute(_NOTIFY, {"data": data})["data"]


def _create_issues(project_id, issues):
    created = []
    for batch in batches([{key: value for key, value in issue.items() if value is not None} for issue in issues]):
        created.extend(execute(_CREATE_ISSUES, {"issues": batch, "where": {"project": {"id": project_id}}})["data"])
    return [{"id": issue["id"]} for issue in created]


def _move(document, method, asset_ids, external_ids, project_id):
    if asset_ids == [] or external_ids == []:
        return None
    ids = resolve_asset_ids(method, asset_ids, external_ids, project_id)
    results = [execute(document, {"where": {"idIn": batch}})["data"] for batch in batches(ids)]
    # The SDK asks Kili again and again until the assets have moved; a run has no time for that.
    return None if results[0] is None else {**results[0], "asset_ids": ids}


def _given(arguments):
    return {name: value for name, value in arguments.items() if value is not None}


def _as_json(value):
    return value if isinstance(value, str) else json.dumps(value)


def _nones(like):
    return [None] * len(like)
