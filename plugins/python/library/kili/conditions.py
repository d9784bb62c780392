"""The arguments that narrow a query, by their place in Kili's `where`."""

from kili.transport import without_none

_ASSET = {
    "asset_id": "id",
    "asset_id_in": "idIn",
    "asset_id_not_in": "idNotIn",
    "external_id_in": "externalIdIn",
    "external_id_contains": "externalIdIn",
    "external_id_strictly_in": "externalIdStrictlyIn",
    "status_in": "statusIn",
    "metadata_where": "metadata",
    "skipped": "skipped",
    "assignee_in": "assigneeIn",
    "consensus_mark_gte": "consensusMarkGte",
    "consensus_mark_gt": "consensusMarkGte",
    "consensus_mark_lte": "consensusMarkLte",
    "consensus_mark_lt": "consensusMarkLte",
    "honeypot_mark_gte": "honeypotMarkGte",
    "honeypot_mark_gt": "honeypotMarkGte",
    "honeypot_mark_lte": "honeypotMarkLte",
    "honeypot_mark_lt": "honeypotMarkLte",
    "created_at_gte": "createdAtGte",
    "created_at_lte": "createdAtLte",
    "updated_at_gte": "updatedAtGte",
    "updated_at_lte": "updatedAtLte",
    "issue_type": "issue.type",
    "issue_status": "issue.status",
    "label_type_in": "label.typeIn",
    "label_author_in": "label.authorIn",
    "label_created_at": "label.createdAt",
    "label_created_at_gte": "label.createdAtGte",
    "label_created_at_gt": "label.createdAtGte",
    "label_created_at_lte": "label.createdAtLte",
    "label_created_at_lt": "label.createdAtLte",
    "label_honeypot_mark_gte": "label.honeypotMarkGte",
    "label_honeypot_mark_lte": "label.honeypotMarkLte",
}

_LABEL = {
    "asset_id": "asset.id",
    "asset_status_in": "asset.statusIn",
    "asset_external_id_in": "asset.externalIdIn",
    "asset_external_id_strictly_in": "asset.externalIdStrictlyIn",
    "author_in": "authorIn",
    "created_at": "createdAt",
    "created_at_gte": "createdAtGte",
    "created_at_lte": "createdAtLte",
    "honeypot_mark_gte": "honeypotMarkGte",
    "honeypot_mark_lte": "honeypotMarkLte",
    "id_contains": "idIn",
    "label_id": "id",
    "type_in": "typeIn",
    "user_id": "user.id",
}

_PROJECT = {
    "search_query": "searchQuery",
    "archived": "archived",
    "starred": "starred",
    "updated_at_gte": "updatedAtGte",
    "updated_at_lte": "updatedAtLte",
}

_ISSUE = {"asset_id": "asset.id", "asset_id_in": "assetIn", "issue_type": "type", "status": "status"}

_TABLES = {"assets": _ASSET, "labels": _LABEL, "projects": _PROJECT, "issues": _ISSUE}


def where_of(method, kind, project_id, conditions):
    """The `where` of a query. Raises TypeError for a condition that this client does not know."""
    table = _TABLES[kind]
    where = {"id": project_id} if kind == "projects" else {"project": {"id": project_id}}
    for name, value in conditions.items():
        if name not in table:
            raise TypeError(f'{method}() does not take "{name}" on this host, wanted {", ".join(sorted(table))}')
        at = where
        *path, last = table[name].split(".")
        for key in path:
            at = at.setdefault(key, {})
        if value is not None:
            at[last] = list(value) if isinstance(value, tuple) else value
    # An object that says nothing is not the same as none.
    return without_none({key: value for key, value in where.items() if value != {}})
