"""In a folder without __init__.py, which Python takes for a package all the same."""


def area_of(annotation: dict) -> float:
    vertices = annotation["boundingPoly"][0]["normalizedVertices"]
    xs, ys = zip(*((vertex["x"], vertex["y"]) for vertex in vertices))
    return (max(xs) - min(xs)) * (max(ys) - min(ys))
