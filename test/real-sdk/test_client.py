"""The client that plugins get on the host, compared with Kili's SDK: the same call to the same Kili must be asked in the
same words, and give the same. What differs on purpose stands in a list here, with the reason.
"""

import json
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import requests
from client_calls import CASES, DOMAIN, SEED, P, give
from conftest import RELEASE, make_client

DOUBLE_URL = os.environ["KILI_EDGE_DOUBLE_URL"]
DOUBLE_KEY = os.environ["KILI_EDGE_DOUBLE_KEY"]
ENDPOINT = f"{DOUBLE_URL}/api/label/v2/graphql"


_UNSEEN = "the SDK asks Kili until the assets have moved, which may be for ever; a run has no time for that"
_STRICTLY = "the SDK looks for what contains the external id, and could change another asset: here only the one of that name"
_MEMBERS = "the SDK has Kili count each status by itself; one read says as much"
_QUESTIONS = "releases since 26.1 have it as kili.questions.create only: plugins that were written before have it too"
_STEP = "releases before 26.2 say the step that every project had; newer ones leave it to Kili"
_COUNTED = "the SDK does not read what it counted as none"
_RENAMED = "releases since 26.2 move assets by operations of other names and results, which this client does not have yet"
_FIELDS = "releases since 26.2 give fields that they asked for themselves, too"
_NEW = "releases before 26.2 have no such method"
_GONE = "releases since 26.2 have no such method: plugins that were written before do"

# By what differs: what a call gives, or what Kili is asked for it.
DIFFERENCES = {
    "given": {"create_questions": _QUESTIONS, "create_questions by external id": _QUESTIONS},
    "asked": {
        "create_questions": _QUESTIONS,
        "create_questions by external id": _QUESTIONS,
        "count_project_users": _MEMBERS,
        "projects.users.count": _MEMBERS,
        "an unknown external id": _COUNTED,
        "set_metadata": _STRICTLY,
        "assets.set_metadata": _STRICTLY,
        "send_back_to_queue": _UNSEEN,
        "send_back_to_queue by external id": _UNSEEN,
        "add_to_review": _UNSEEN,
        "assets.invalidate": _UNSEEN,
        "assets.move_to_next_step": _UNSEEN,
    },
}
if RELEASE < (26, 2):
    DIFFERENCES["asked"]["labels.create_default"] = _STEP
    for aspect in DIFFERENCES.values():
        aspect.update(dict.fromkeys(["set_assets_priority", "set_assets_priority by external id", "assets.set_priority"], _NEW))
    DIFFERENCES["given"]["set_assets_priority, nothing"] = _NEW
else:
    MOVES = ["send_back_to_queue", "send_back_to_queue by external id", "add_to_review", "assign_assets_to_labelers"]
    MOVES += ["assets.invalidate", "assets.move_to_next_step", "assets.assign"]
    for aspect in DIFFERENCES.values():
        aspect.update(dict.fromkeys(MOVES, _RENAMED), create_notification=_GONE)
    DIFFERENCES["given"]["send_back_to_queue, nothing"] = _RENAMED
    DIFFERENCES["given"].update(dict.fromkeys(["labels", "labels.list", "assets", "asset by id", "assets.list"], _FIELDS))


@pytest.fixture(scope="module")
def clients():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KILI_SDK_SKIP_CHECKS", "true")
        # The SDK gives Kili time after each write; the double needs none.
        patch.setattr("kili.core.utils.pagination.sleep", lambda _: None)
        yield {kind: make_client(kind, DOUBLE_KEY, ENDPOINT) for kind in ("flat", "domain")}


@pytest.fixture(scope="module")
def guest():
    script = Path(__file__).with_name("guest_client.py")
    command = [sys.executable, "-S", str(script), ENDPOINT, DOUBLE_KEY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.stdin.close()


def asked(call):
    """What `call` gives, and what Kili was asked for it."""
    requests.post(f"{DOUBLE_URL}/double/reset", timeout=10).raise_for_status()
    requests.post(f"{DOUBLE_URL}/double/seed", json=SEED, timeout=10).raise_for_status()
    given = call()
    calls = requests.get(f"{DOUBLE_URL}/double/calls", timeout=10).json()
    return given, calls


@pytest.mark.parametrize("name", CASES)
def test_client(name, clients, guest):
    def by_guest():
        guest.stdin.write(f"{name}\n")
        guest.stdin.flush()
        return json.loads(guest.stdout.readline())

    def by_sdk():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return json.loads(json.dumps(give(CASES[name], clients["domain" if name in DOMAIN else "flat"])))

    sdk, asked_by_sdk = asked(by_sdk)
    ours, asked_by_us = asked(by_guest)
    seen = {"given": (plain(ours), plain(sdk)), "asked": (requests_of(asked_by_us), requests_of(asked_by_sdk))}
    for aspect, (our, theirs) in seen.items():
        if name in DIFFERENCES.get(aspect, {}):
            # What no longer differs must not stay in the list.
            assert our != theirs, f"{aspect}: no difference"
        else:
            assert our == theirs, aspect


def requests_of(calls):
    """What Kili was asked: the conditions of each read, and all of each write.

    The SDK asks more, for itself: it counts what it will read, for its progress bar and its pages, and looks at the
    project for the size of these. What a page holds is seen in the result.
    """
    reads, writes = set(), []
    for call in calls:
        said = {key.removesuffix("Array"): value for key, value in without_nothing(call["variables"]).items()}
        if call["query"].lstrip().startswith("mutation"):
            writes.append((call["fields"], plain(said)))
            continue
        where = said.get("where", {})
        # Said a second time, for the label's asset.
        if where.get("asset", {}).get("project") == where.get("project"):
            where.get("asset", {}).pop("project", None)
        read = (call["fields"][0], json.dumps(without_nothing(where), sort_keys=True))
        if not read[0].startswith("count") and read != ("projects", json.dumps({"id": P})):
            reads.add(read)
    return {"reads": sorted(reads), "writes": writes}


def without_nothing(value):
    if isinstance(value, list):
        return [without_nothing(each) for each in value]
    if not isinstance(value, dict):
        return value
    members = {key: without_nothing(each) for key, each in value.items()}
    return {key: each for key, each in members.items() if each is not None and each != {}}


def plain(value):
    """With the numbers that the double gives new things counted from here, and without the time of day."""
    text = json.dumps(value, sort_keys=True)
    given = {}
    text = re.sub(r'"(issue|label|notification|comment)-\d+"', lambda found: given.setdefault(found[0], f'"new {len(given)}"'), text)
    return json.loads(re.sub(r'"createdAt": "20[^"]*"', '"createdAt": "then"', text))
