"""The rule, in a module of its own."""


def too_many(json_response: dict) -> bool:
    return len(json_response["JOB_0"]["annotations"]) > 1
