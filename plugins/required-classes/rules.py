"""The rule, without anything of Kili's, so that it can be tested alone."""


def missing_classes(json_response: dict, required: list[str]) -> list[str]:
    """The required classes that no annotation of any job has, in their order."""
    drawn = {
        category["name"]
        for job in json_response.values()
        for annotation in job.get("annotations", [])
        for category in annotation.get("categories", [])
    }
    return [name for name in required if name not in drawn]
