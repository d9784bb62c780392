"""What plugins may read of Kili."""

import json

from kili.conditions import where_of
from kili.transport import PAGE_ROWS, count_of, execute, pages_with_content, parse_field, rows_of, selection

_LABEL_FIELDS = ("author.email", "author.id", "id", "jsonResponse", "labelType", "secondsToLabel", "isLatestLabelForUser", "assetId")
_PREDICTION_FIELDS = ("author.email", "author.id", "id", "jsonResponse", "labelType", "modelName")
_ASSET_FIELDS = (
    "content", "createdAt", "externalId", "id", "isHoneypot", "jsonMetadata", "labels.author.id", "labels.author.email",
    "labels.createdAt", "labels.id", "labels.jsonResponse", "skipped", "status",
)  # fmt: skip
_PROJECT_FIELDS = (
    "consensusTotCoverage", "id", "inputType", "jsonInterface", "minConsensusSize", "reviewCoverage", "roles.id",
    "roles.role", "roles.user.email", "roles.user.id", "title",
)  # fmt: skip
_PROJECT_USER_FIELDS = ("activated", "id", "role", "starred", "user.email", "user.id", "status")
_ISSUE_FIELDS = ("id", "createdAt", "status", "type", "assetId")
_EVENT_FIELDS = ("createdAt", "event", "id", "organizationId", "payload", "projectId", "userId")
_STATUSES = ("ACTIVATED", "ORG_ADMIN", "ORG_SUSPENDED")


class Reads:
    """The reading half of the client, with the SDK's names and arguments."""

    def labels(self, project_id, asset_id=None, *, fields=_LABEL_FIELDS, first=None, skip=0, as_generator=False, output_format="dict", disable_tqdm=None, **conditions):
        """Labels of a project."""
        _only_dicts("labels", "output_format", output_format)
        where = where_of("labels", "labels", project_id, {"asset_id": asset_id, **conditions})
        sizes = pages_with_content(project_id, 20, PAGE_ROWS) if "jsonResponse" in fields else None
        rows = (_readable_label(row) for row in rows_of("labels", "LabelWhere", fields, where, first, skip, sizes))
        return rows if as_generator else list(rows)

    def predictions(self, project_id, asset_id=None, *, fields=_PREDICTION_FIELDS, **more):
        """Predictions of a project."""
        return self.labels(project_id, asset_id, fields=fields, type_in=["PREDICTION"], **more)

    def inferences(self, project_id, asset_id=None, *, fields=_PREDICTION_FIELDS, **more):
        """Inferences of a project."""
        return self.labels(project_id, asset_id, fields=fields, type_in=["INFERENCE"], **more)

    def count_labels(self, project_id, asset_id=None, **conditions):
        """How many labels there are."""
        where = where_of("count_labels", "labels", project_id, {"asset_id": asset_id, **conditions})
        return count_of("countLabels", "LabelWhere", where)

    def assets(self, project_id, asset_id=None, skip=0, fields=None, *, first=None, as_generator=False, format=None, label_output_format="dict", download_media=False, disable_tqdm=None, **conditions):
        """Assets of a project."""
        _only_dicts("assets", "label_output_format", label_output_format)
        if download_media or format not in (None, "dict"):
            raise NotImplementedError("assets() gives dictionaries only on this host, and downloads no media")
        where = where_of("assets", "assets", project_id, {"asset_id": asset_id, **conditions})
        fields = fields or _ASSET_FIELDS
        with_content = any(field.endswith(".jsonResponse") for field in fields)
        sizes = pages_with_content(project_id, 10, 50) if with_content else None
        rows = (_readable_asset(row) for row in rows_of("assets", "AssetWhere", fields, where, first, skip, sizes))
        return rows if as_generator else list(rows)

    def count_assets(self, project_id, asset_id=None, **conditions):
        """How many assets there are."""
        where = where_of("count_assets", "assets", project_id, {"asset_id": asset_id, **conditions})
        return count_of("countAssets", "AssetWhere", where)

    def projects(self, project_id=None, search_query=None, *, fields=_PROJECT_FIELDS, first=None, skip=0, as_generator=False, disable_tqdm=None, **conditions):
        """Projects that the host's key reaches and the manifest allows."""
        where = where_of("projects", "projects", project_id, {"search_query": search_query, **conditions})
        rows = (parse_field(row, "jsonInterface") for row in rows_of("projects", "ProjectWhere", fields, where, first, skip))
        return rows if as_generator else list(rows)

    def count_projects(self, project_id=None, search_query=None, **conditions):
        """How many projects there are."""
        where = where_of("count_projects", "projects", project_id, {"search_query": search_query, **conditions})
        return count_of("countProjects", "ProjectWhere", where)

    def project_users(self, project_id, email=None, id=None, organization_id=None, status_in=_STATUSES, fields=_PROJECT_USER_FIELDS, first=None, skip=0, disable_tqdm=None, *, as_generator=False):
        """Members of a project."""
        if organization_id is not None:
            raise NotImplementedError('project_users() does not take "organization_id" on this host')
        where = {"project": {"id": project_id}, "id": id, "deleted": False, "user": {"email": email} if email else None}
        # As the SDK has it: what is looked at for `status_in` is given as well.
        asked = fields if status_in is None or "status" in fields else (*fields, "status")
        found = rows_of("projectUsers", "ProjectUserWhere", asked, where, None if status_in else first, skip)
        rows = [row for row in found if status_in is None or row["status"] in status_in]
        rows = rows[:first]
        return iter(rows) if as_generator else rows

    def count_project_users(self, project_id, email=None, id=None, organization_id=None, status_in=_STATUSES):
        """How many members a project has."""
        return len(self.project_users(project_id, email, id, organization_id, status_in, fields=("id",)))

    def issues(self, project_id, fields=_ISSUE_FIELDS, first=None, skip=0, disable_tqdm=None, asset_id=None, asset_id_in=None, issue_type=None, status=None, *, as_generator=False):
        """Issues and questions of a project."""
        if asset_id and asset_id_in:
            raise ValueError("You cannot provide both `asset_id` and `asset_id_in` at the same time.")
        conditions = {"asset_id": asset_id, "asset_id_in": asset_id_in, "issue_type": issue_type, "status": status}
        rows = rows_of("issues", "IssueWhere", fields, where_of("issues", "issues", project_id, conditions), first, skip)
        return rows if as_generator else list(rows)

    def count_issues(self, project_id, asset_id=None, asset_id_in=None, issue_type=None, status=None):
        """How many issues there are."""
        conditions = {"asset_id": asset_id, "asset_id_in": asset_id_in, "issue_type": issue_type, "status": status}
        return count_of("countIssues", "IssueWhere", where_of("count_issues", "issues", project_id, conditions))


class Events:
    """What happened in a project; `kili.events` in the SDK."""

    def list(self, project_id, fields=None, created_at_gte=None, created_at_lte=None, user_id=None, event=None, skip=0, from_event_id=None, until_event_id=None, organization_id=None, order="asc"):
        """Events of a project, all pages of them."""
        document = (
            "query events($where: EventsWhere!, $pagination: EventPagination!, $order: Order) { "
            f"data: events(where: $where, pagination: $pagination, order: $order) {{{selection(fields or _EVENT_FIELDS)} }} }}"
        )
        where = {
            "projectId": project_id, "organizationId": organization_id, "createdAtGte": created_at_gte,
            "createdAtLte": created_at_lte, "userId": user_id, "event": event,
        }  # fmt: skip
        rows = []
        while True:
            page = {"skip": skip + len(rows), "first": 100, "fromEventId": from_event_id, "untilEventId": until_event_id}
            found = execute(document, {"where": where, "pagination": page, "order": order})["data"]
            rows.extend(found)
            if len(found) < 100:
                return rows


def _only_dicts(method, argument, value):
    if value != "dict":
        raise NotImplementedError(f'{method}() gives dictionaries only on this host: {argument} is "{value}", wanted "dict"')


def _readable_label(label):
    if label is not None and "jsonResponse" in label and not isinstance(label["jsonResponse"], dict):
        try:
            label["jsonResponse"] = json.loads(label["jsonResponse"] or "{}")
        except ValueError:
            label["jsonResponse"] = {}
    return label


def _readable_asset(asset):
    for label in (*asset.get("labels", ()), asset.get("latestLabel")):
        _readable_label(label)
    if "jsonMetadata" in asset:
        asset["jsonMetadata"] = asset["jsonMetadata"] or "{}"
    return parse_field(asset, "jsonMetadata")
