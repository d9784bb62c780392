"""The rule, in a module of its own."""


def count(json_response: dict) -> int:
    return len(json_response.get("JOB_0", {}).get("annotations", []))


def too_many(json_response: dict) -> bool:
    return count(json_response) > 1
