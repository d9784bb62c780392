"""Merges what several labelers say: the last classification wins, objects are collected."""

import json
from copy import deepcopy
from functools import reduce

from kili.plugins import PluginCore


def merge(left, right):
    merged = deepcopy(left)
    for job, response in right.items():
        if "annotations" in response:
            merged.setdefault(job, {"annotations": []})["annotations"].extend(response["annotations"])
        else:
            merged[job] = response
    return merged


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        labels = list(self.kili.labels(self.project_id, asset_id, fields=("id", "jsonResponse"), as_generator=True))
        merged = reduce(merge, (each["jsonResponse"] for each in labels), {})
        print(json.dumps(merged, sort_keys=True, ensure_ascii=False))
        print(self.kili.count_labels(project_id=self.project_id, asset_id=asset_id))
        self.kili.create_predictions(self.project_id, asset_id_array=[asset_id], json_response_array=[merged], model_name="merger")
