"""One GraphQL call through the host, which holds the key and checks the permission."""

import json

from kili.exceptions import GraphQLError, NotCapable, NotFound
from kili_edge.current import current

PAGE_ROWS = 100
"""The most rows that Kili gives, and takes, at once."""


def execute(document, variables=None):
    """The data of an operation, as Kili gave it.

    Raises NotCapable without the permission, GraphQLError when the call failed.
    """
    answer = json.loads(current.send(document, json.dumps(without_none(variables or {}))))
    if "error" not in answer:
        return answer["data"]
    error = answer["error"]
    if error["name"] == "NotCapable":
        raise NotCapable(error["message"])
    failure = GraphQLError(error["message"])
    failure.retry_after_ms = error.get("retryAfterMs")
    raise failure


def without_none(value):
    """What is None is not sent at all, at any depth of dictionaries."""
    if not isinstance(value, dict):
        return value
    return {key: without_none(each) for key, each in value.items() if each is not None}


def rows_of(operation, where_type, fields, where, first=None, skip=0, page_rows=None):
    """Reads a list page by page, up to the first short one.

    `page_rows` gives how many rows a page may hold, by the number of rows read. Where Kili keeps a label's content
    behind a URL, the host fetches it, if it is told the URL in the same answer.
    """
    urls = [f"{field}Url" for field in fields if field.rpartition(".")[2] == "jsonResponse" and f"{field}Url" not in fields]
    document = (
        f"query {operation}($where: {where_type}!, $first: PageSize!, $skip: Int!) {{ "
        f"data: {operation}(where: $where, first: $first, skip: $skip) {{{selection([*fields, *urls])} }} }}"
    )
    read = 0
    while first is None or read < first:
        most = page_rows(read) if page_rows is not None else PAGE_ROWS
        wanted = most if first is None else min(most, first - read)
        page = execute(document, {"where": where, "first": wanted, "skip": skip + read})["data"]
        for row in page:
            for url in urls:
                _drop(row, url.split("."))
            yield row
        read += len(page)
        if len(page) < wanted:
            return


def pages_with_content(project_id, video_rows, large_rows):
    """How many rows a page may hold that brings labels' content along: it depends on what the project holds."""

    def page_rows(read):
        # The first page is of the least size, so that a query of few rows asks nothing else.
        kind = "VIDEO" if read == 0 else current.input_type(project_id) or "VIDEO"
        if kind == "VIDEO":
            return video_rows
        return large_rows if kind == "GEOSPATIAL" or kind.startswith("LLM") else PAGE_ROWS

    return page_rows


def _drop(node, path):
    for each in node if isinstance(node, list) else [node]:
        if isinstance(each, dict):
            if len(path) == 1:
                each.pop(path[0], None)
            else:
                _drop(each.get(path[0]), path[1:])


def count_of(operation, where_type, where):
    """Asks Kili for a number of rows."""
    return execute(f"query {operation}($where: {where_type}!) {{ data: {operation}(where: $where) }}", {"where": where})["data"]


def selection(fields):
    """`["id", "author.email"]` as GraphQL writes it."""
    nested = {}
    text = ""
    for field in fields:
        name, dot, rest = field.partition(".")
        if dot:
            nested.setdefault(name, []).append(rest)
        else:
            text += f" {name}"
    for name, inner in nested.items():
        text += f" {name} {{{selection(inner)} }}"
    return text


def parse_field(row, name):
    """`row` with a field as an object that Kili gives as the JSON of one."""
    if isinstance(row.get(name), str):
        try:
            row[name] = json.loads(row[name])
        except ValueError:
            row[name] = {}
    return row


def batches(rows):
    """`rows` in pieces that Kili takes at once."""
    return [rows[at : at + PAGE_ROWS] for at in range(0, len(rows), PAGE_ROWS)]


def check_lists(method, **lists):
    """All lists given are lists of one length: a text would be taken for a list of its letters."""
    sizes = set()
    for name, value in lists.items():
        if value is None:
            continue
        _check_list(method, name, value)
        sizes.add(len(value))
    if len(sizes) > 1:
        raise ValueError("All arrays should have the same length")


def check_id(method, **ids):
    """All ids given can name something. What is None is not sent, and what is left of a condition is about more."""
    for name, value in ids.items():
        _check_id(method, f'argument "{name}"', value)


def check_ids(method, **lists):
    """The same of lists of ids, which may be empty."""
    for name, values in lists.items():
        _check_list(method, name, values)
        for at, value in enumerate(values):
            _check_id(method, f'item {at} of argument "{name}"', value)


def _check_list(method, name, value):
    if not isinstance(value, (list, tuple)):
        raise TypeError(f'argument "{name}" of {method} is {_type_of(value)}, wanted a list')


def _check_id(method, what, value):
    if not isinstance(value, str):
        raise TypeError(f"{what} of {method} is {_type_of(value)}, wanted an id")
    if not value:
        raise ValueError(f"{what} of {method} is empty, wanted an id")


def _type_of(value):
    return "None" if value is None else f"a {type(value).__name__}"


def resolve_asset_ids(method, asset_ids, external_ids, project_id):
    """The ids of assets that are named by their ids or by their external ids."""
    check_lists(method, asset_ids=asset_ids, external_ids=external_ids)
    if asset_ids is not None:
        check_ids(method, asset_ids=asset_ids)
        return list(asset_ids)
    if external_ids is None or project_id is None:
        raise ValueError("Please provide either `asset_ids` or `external_ids` with `project_id`.")
    check_id(method, project_id=project_id)
    check_ids(method, external_ids=external_ids)
    found = {}
    for batch in batches(list(external_ids)):
        where = {"project": {"id": project_id}, "externalIdStrictlyIn": batch}
        for asset in rows_of("assets", "AssetWhere", ["id", "externalId"], where):
            found[asset["externalId"]] = asset["id"]
    missing = [name for name in external_ids if name not in found]
    if missing:
        raise NotFound(f"The assets whose external_id are: {missing} have not been found in the project of Id {project_id}")
    return [found[name] for name in external_ids]
