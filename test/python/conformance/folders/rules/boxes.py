from .geometry import area as geometry
from .limits import MAX_AREA


def too_large(annotation: dict) -> bool:
    return geometry.area_of(annotation) > MAX_AREA
