"""Checks labels by models, and packs and hashes what is in them: with packages whose code is compiled."""

from datetime import datetime
from typing import Annotated, Literal, Union

import msgpack
import xxhash
from kili.plugins import PluginCore
from msgpack import _cmsgpack
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, computed_field, field_validator


class Vertex(BaseModel):
    x: float = Field(ge=0, le=1)
    y: float = Field(ge=0, le=1)


class Poly(BaseModel):
    vertices: list[Vertex] = Field(alias="normalizedVertices", min_length=3)


class Category(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    confidence: int = 100


class Box(BaseModel):
    type: Literal["rectangle"]
    mid: str
    categories: list[Category]
    polys: tuple[Poly] = Field(alias="boundingPoly")

    @computed_field
    @property
    def width(self) -> float:
        xs = [vertex.x for vertex in self.polys[0].vertices]
        return max(xs) - min(xs)


class Mark(BaseModel):
    type: Literal["marker"]
    mid: str
    at: datetime

    @field_validator("mid")
    @classmethod
    def is_known(cls, mid, info):
        # Asks Kili in the middle of what compiled code does.
        if info.context.count_labels("project-_packages") < 100:
            raise ValueError(f"{mid} is new")
        return mid


Annotation = Annotated[Union[Box, Mark], Field(discriminator="type")]
Annotations = TypeAdapter(list[Annotation])


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        print(msgpack.Packer is _cmsgpack.Packer)
        annotations = label["jsonResponse"]["JOB_0"]["annotations"]
        packed = msgpack.packb(annotations)
        print(packed.hex(), msgpack.unpackb(packed) == annotations, xxhash.xxh3_64(packed).hexdigest())
        boxes = Annotations.validate_python(annotations)
        print(Annotations.dump_json(boxes, by_alias=True).decode())
        print(Annotations.json_schema())
        wrong = [
            {"type": "rectangle", "mid": 1, "categories": [{"name": "A", "more": 1}], "boundingPoly": [{"normalizedVertices": [{"x": 2}]}]},
            {"type": "marker", "mid": "m", "at": "2026-11-23T12:00:00Z"},
            {"type": "circle"},
        ]
        try:
            Annotations.validate_python(wrong, context=self.kili)
        except ValidationError as error:
            for found in error.errors(include_url=False, include_context=False):
                print(found["loc"], found["type"], found["msg"])
        Box.model_validate_json('{"type": "rectangle", ')
