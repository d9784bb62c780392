"""The client's methods by what they are about, as the SDK's newer client names them: `kili.labels.list(...)`.

Each calls the method that the client has had all along; `kili.labels(...)` itself is one of those, and still works.
"""

from kili.transport import check_ids


class Namespace:
    """Methods about one kind of thing."""

    _of = ""

    def __init__(self, kili, call=None):
        self._kili = kili
        self._call = call

    def __call__(self, *args, **kwargs):
        if self._call is None:
            raise TypeError(f"Cannot call kili.{self._of}: it is a namespace, wanted one of {self._methods()}")
        return self._call(*args, **kwargs)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(f"Cannot call kili.{self._of}.{name}: this host's client has no such method, wanted one of {self._methods()}")

    def _methods(self):
        return ", ".join(sorted(name for name in dir(type(self)) if not name.startswith("_")))


class Labels(Namespace):
    _of = "labels"

    def list(self, project_id, fields=None, first=None, skip=0, disable_tqdm=None, output_format="dict", filter=None):
        """Labels of a project."""
        return self._call(project_id, first=first, skip=skip, output_format=output_format, **_asked(fields), **(filter or {}))

    def list_as_generator(self, project_id, fields=None, first=None, skip=0, output_format="dict", filter=None):
        """Labels of a project, page by page."""
        return self._call(project_id, first=first, skip=skip, output_format=output_format, as_generator=True, **_asked(fields), **(filter or {}))

    def count(self, project_id, filter=None):
        """How many labels there are."""
        return self._kili.count_labels(project_id, **(filter or {}))

    def create_default(self, *, project_id, asset_id_array=None, asset_id=None, external_id_array=None, external_id=None, json_response_array=None, json_response=None, step_name=None, disable_tqdm=None):
        """Adds labels to assets."""
        return self._create("DEFAULT", project_id, asset_id_array, asset_id, external_id_array, external_id, json_response_array, json_response, step_name=step_name)

    def create_review(self, *, project_id, asset_id_array=None, asset_id=None, external_id_array=None, external_id=None, json_response_array=None, json_response=None, model_name=None, reviewed_label_id_array=None, reviewed_label_id=None, step_name=None, disable_tqdm=None):
        """Adds reviews of labels to assets."""
        reviewed = _one_or_many(reviewed_label_id, reviewed_label_id_array)
        return self._create("REVIEW", project_id, asset_id_array, asset_id, external_id_array, external_id, json_response_array, json_response, model_name=model_name, reviewed_label_id_array=reviewed, step_name=step_name)

    def create_inference(self, *, project_id, model_name, asset_id_array=None, asset_id=None, external_id_array=None, external_id=None, json_response_array=None, json_response=None, overwrite=False, disable_tqdm=None):
        """Adds a model's inferences to assets."""
        return self._create("INFERENCE", project_id, asset_id_array, asset_id, external_id_array, external_id, json_response_array, json_response, model_name=model_name, overwrite=bool(overwrite))

    def create_prediction(self, *, project_id, model_name, external_id=None, external_id_array=None, json_response=None, json_response_array=None, asset_id=None, asset_id_array=None, disable_tqdm=None, overwrite=False):
        """Adds a model's predictions to assets."""
        return self._kili.create_predictions(
            project_id, _one_or_many(external_id, external_id_array), json_response_array=_one_or_many(json_response, json_response_array),
            model_name=model_name, asset_id_array=_one_or_many(asset_id, asset_id_array), overwrite=overwrite,
        )  # fmt: skip

    def delete(self, *, id=None, ids=None, disable_tqdm=None):
        """Deletes labels."""
        return self._kili.delete_labels(_given("ids", _one_or_many(id, ids)))

    def _create(self, label_type, project_id, asset_ids, asset_id, external_ids, external_id, responses, response, **more):
        return self._kili.append_labels(
            _one_or_many(asset_id, asset_ids), _one_or_many(response, responses) or (), label_type=label_type, project_id=project_id,
            asset_external_id_array=_one_or_many(external_id, external_ids), **more,
        )  # fmt: skip


class Assets(Namespace):
    _of = "assets"

    def list(self, project_id, disable_tqdm=None, download_media=False, fields=None, filter=None, first=None, format=None, label_output_format="dict", local_media_dir=None, skip=0):
        """Assets of a project."""
        return self._call(project_id, skip=skip, fields=fields, first=first, format=format, label_output_format=label_output_format, download_media=download_media, **(filter or {}))

    def list_as_generator(self, project_id, disable_tqdm=None, download_media=False, fields=None, filter=None, first=None, label_output_format="dict", local_media_dir=None, skip=0):
        """Assets of a project, page by page."""
        return self._call(project_id, skip=skip, fields=fields, first=first, label_output_format=label_output_format, download_media=download_media, as_generator=True, **(filter or {}))

    def count(self, project_id, filter=None):
        """How many assets there are."""
        return self._kili.count_assets(project_id, **(filter or {}))

    def add_metadata(self, *, json_metadata, project_id, asset_id=None, asset_ids=None, external_id=None, external_ids=None):
        """Adds to the metadata of assets."""
        given = [json_metadata] if isinstance(json_metadata, dict) else json_metadata
        return self._kili.add_metadata(given, project_id, _one_or_many(asset_id, asset_ids), _one_or_many(external_id, external_ids))

    def set_metadata(self, *, json_metadata, project_id, asset_id=None, asset_ids=None, external_id=None, external_ids=None):
        """Replaces the metadata of assets."""
        given = [json_metadata] if isinstance(json_metadata, dict) else json_metadata
        return self._kili.set_metadata(given, project_id, _one_or_many(asset_id, asset_ids), _one_or_many(external_id, external_ids))

    def skip(self, *, asset_id, project_id, reason):
        """Takes an asset out of the queue."""
        return self._kili.skip_or_unskip("skip", asset_id, project_id, reason)

    def unskip(self, *, asset_id, project_id):
        """Puts an asset back to the queue."""
        return self._kili.skip_or_unskip("unskip", asset_id, project_id)

    def invalidate(self, *, asset_id=None, asset_ids=None, external_id=None, external_ids=None, project_id=""):
        """Puts assets back to the queue, for another label."""
        return self._kili.send_back_to_queue(_one_or_many(asset_id, asset_ids), _one_or_many(external_id, external_ids), project_id or None)

    def move_to_next_step(self, *, asset_id=None, asset_ids=None, external_id=None, external_ids=None, project_id=""):
        """Sends labeled assets to review."""
        return self._kili.add_to_review(_one_or_many(asset_id, asset_ids), _one_or_many(external_id, external_ids), project_id or None)

    def assign(self, *, to_be_labeled_by=None, to_be_labeled_by_array=None, asset_id=None, asset_ids=None, external_id=None, external_ids=None, project_id=""):
        """Says who is to label assets."""
        users = _given("to_be_labeled_by_array", _one_or_many(to_be_labeled_by, to_be_labeled_by_array))
        return self._kili.assign_assets_to_labelers(users, _one_or_many(asset_id, asset_ids), _one_or_many(external_id, external_ids), project_id or None)

    def update_priority(self, *, asset_id=None, asset_ids=None, priority=None, priorities=None, external_id=None, external_ids=None, project_id=""):
        """Changes the priorities of assets."""
        ids, external = _one_or_many(asset_id, asset_ids), _one_or_many(external_id, external_ids)
        return self._kili.update_properties_in_assets(ids, external, priorities=_one_or_many(priority, priorities) or [], project_id=project_id or None)

    def set_priority(self, *, priority, asset_id=None, asset_ids=None, external_id=None, external_ids=None, project_id=""):
        """Gives assets one priority; what became of each is in the result."""
        ids, external = _one_or_many(asset_id, asset_ids), _one_or_many(external_id, external_ids)
        return self._kili.set_assets_priority(priority, ids, external, project_id or None)

    def update_consensus(self, *, project_id, is_consensus, asset_id=None, external_id=None):
        """Turns consensus on an asset on or off."""
        return self._kili.update_asset_consensus(project_id, is_consensus, asset_id, external_id)


class Issues(Namespace):
    _of = "issues"
    _type = "ISSUE"

    def list(self, project_id, fields=None, first=None, skip=0, disable_tqdm=None, filter=None):
        """Issues of a project."""
        return self._all(project_id, first=first, skip=skip, fields=fields or (*_ISSUE_FIELDS, *_COMMENT_FIELDS), **(filter or {}))

    def list_as_generator(self, project_id, fields=None, first=None, skip=0, disable_tqdm=None, filter=None):
        """Issues of a project, page by page."""
        return self._all(project_id, first=first, skip=skip, fields=fields or _ISSUE_FIELDS, as_generator=True, **(filter or {}))

    def count(self, project_id, filter=None):
        """How many there are."""
        return self._kili.count_issues(project_id, **{**(filter or {}), "issue_type": self._type})

    def create(self, *, project_id, label_id=None, label_id_array=None, object_mid=None, object_mid_array=None, text=None, text_array=None):
        """Opens an issue per label, or per object of a label."""
        labels = _given("label_id_array", _one_or_many(label_id, label_id_array))
        return self._kili.create_issues(project_id, labels, _one_or_many(object_mid, object_mid_array), _one_or_many(text, text_array))

    def solve(self, *, issue_id=None, issue_ids=None, disable_tqdm=None):
        """Solves issues."""
        return self._update("SOLVED", "issue_ids", _one_or_many(issue_id, issue_ids))

    def cancel(self, *, issue_id=None, issue_ids=None, disable_tqdm=None):
        """Cancels issues."""
        return self._update("CANCELLED", "issue_ids", _one_or_many(issue_id, issue_ids))

    def open(self, *, issue_id=None, issue_ids=None, disable_tqdm=None):
        """Opens issues again."""
        return self._update("OPEN", "issue_ids", _one_or_many(issue_id, issue_ids))

    def _all(self, project_id, **more):
        return self._kili.issues(project_id, **{**more, "issue_type": self._type})

    def _update(self, status, name, ids):
        # All of them before the first is changed.
        check_ids("update_issue_status", **{name: _given(name, ids)})
        return [{"id": each, "status": status, "success": True, **self._kili.update_issue_status(each, status)} for each in ids]


class Questions(Issues):
    _of = "questions"
    _type = "QUESTION"

    def create(self, *, project_id, asset_id=None, asset_id_array=None, asset_external_id=None, asset_external_id_array=None, text=None, text_array=None):
        """Asks a question per asset."""
        return self._kili.create_questions(
            project_id, _given("text_array", _one_or_many(text, text_array)), _one_or_many(asset_id, asset_id_array),
            _one_or_many(asset_external_id, asset_external_id_array),
        )  # fmt: skip

    def solve(self, *, question_id=None, question_ids=None):
        """Solves questions."""
        return self._update("SOLVED", "question_ids", _one_or_many(question_id, question_ids))

    def cancel(self, *, question_id=None, question_ids=None):
        """Cancels questions."""
        return self._update("CANCELLED", "question_ids", _one_or_many(question_id, question_ids))

    def open(self, *, question_id=None, question_ids=None):
        """Opens questions again."""
        return self._update("OPEN", "question_ids", _one_or_many(question_id, question_ids))


class Projects(Namespace):
    _of = "projects"

    def __init__(self, kili, call):
        super().__init__(kili, call)
        self.users = ProjectUsers(kili)

    def list(self, fields=None, first=None, skip=0, disable_tqdm=None, filter=None):
        """Projects that the host's key reaches and the manifest allows."""
        return self._call(first=first, skip=skip, **_asked(fields), **(filter or {}))

    def list_as_generator(self, fields=None, first=None, skip=0, disable_tqdm=None, filter=None):
        """The same, page by page."""
        return self._call(first=first, skip=skip, as_generator=True, **_asked(fields), **(filter or {}))

    def count(self, filter=None):
        """How many projects there are."""
        return self._kili.count_projects(**(filter or {}))

    def update_info(self, project_id, description=None, title=None, instructions=None):
        """Changes what a project says of itself."""
        return self._kili.update_properties_in_project(project_id, description=description, title=title, instructions=instructions)

    def update_interface(self, project_id, json_interface=None):
        """Changes what labelers of a project are asked."""
        return self._kili.update_properties_in_project(project_id, json_interface=json_interface)

    def update_workflow_settings(self, project_id, can_navigate_between_assets=None, can_skip_asset=None):
        """Changes what labelers of a project may do."""
        return self._kili.update_properties_in_project(project_id, can_navigate_between_assets, can_skip_asset)


class ProjectUsers(Namespace):
    _of = "projects.users"

    def list(self, project_id, fields=None, first=None, skip=0, disable_tqdm=None, filter=None):
        """Members of a project."""
        return self._kili.project_users(project_id, first=first, skip=skip, fields=fields or _USER_FIELDS, **(filter or {}))

    def list_as_generator(self, project_id, fields=None, first=None, skip=0, filter=None):
        """Members of a project, page by page."""
        return self._kili.project_users(project_id, first=first, skip=skip, fields=fields or _USER_FIELDS, as_generator=True, **(filter or {}))

    def count(self, project_id, filter=None):
        """How many members a project has."""
        return self._kili.count_project_users(project_id, **(filter or {}))


_ISSUE_FIELDS = ("id", "createdAt", "status", "type", "assetId")
_COMMENT_FIELDS = ("comments.authorIdUser", "comments.createdAt", "comments.id", "comments.text")
_USER_FIELDS = ("activated", "role", "starred", "user.email", "user.id", "status")


def _asked(fields):
    """Nothing for what the method asks for by itself."""
    return {} if fields is None else {"fields": fields}


def _one_or_many(one, many):
    return many if one is None else [one]


def _given(name, value):
    assert value is not None, f"{name} must be provided"
    return value
