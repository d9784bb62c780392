"""What plugins use of the language and its library."""

import base64
import csv
import hashlib
import io
import itertools
import logging
import math
import os
import statistics
import string
import sys
import textwrap
import uuid
from collections import Counter, OrderedDict, deque, namedtuple
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum, auto
from fractions import Fraction
from functools import cached_property, lru_cache, partial, singledispatch
from operator import itemgetter
from typing import Optional

from kili.plugins import PluginCore

log = logging.getLogger(__name__)


class Level(Enum):
    LOW = auto()
    HIGH = auto()


@dataclass(order=True)
class Box:
    area: float
    name: str = field(compare=False)
    tags: list = field(default_factory=list, compare=False)

    @cached_property
    def side(self) -> float:
        return math.sqrt(self.area)


Point = namedtuple("Point", "x y")


@contextmanager
def section(name: str):
    print(f"<{name}>")
    try:
        yield name.upper()
    finally:
        print(f"</{name}>")


@singledispatch
def describe(value) -> str:
    return f"object {value!r}"


@describe.register
def _(value: int) -> str:
    return f"int {value:,}"


@lru_cache(maxsize=None)
def fibonacci(n: int) -> int:
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


class PluginHandler(PluginCore):
    greeting: Optional[str] = "hello"

    def on_submit(self, label, asset_id):
        for name in sorted(each for each in dir(self) if each.startswith("check_")):
            with section(name) as upper:
                result = getattr(self, name)(label)
                if result is not None:
                    self.logger.info("%s -> %s", upper, result)

    def check_boxes(self, label):
        boxes = [Box(4.0, "a"), Box(2.25, "b", ["x"]), replace(Box(9, "c"), name="d")]
        print(max(boxes), [box.side for box in sorted(boxes)], asdict(boxes[1]))
        return Counter(box.name for box in boxes * 2).most_common(2)

    def check_dates(self, label):
        when = datetime.fromisoformat("2024-02-29T23:59:59.500000+00:00")
        print(when + timedelta(days=1, hours=1), date(2024, 12, 30).isocalendar(), when.strftime("%A %j %U"))
        print(datetime.strptime("31/01/2024 08:05", "%d/%m/%Y %H:%M"))
        return (when - datetime(2024, 1, 1, tzinfo=when.tzinfo)).total_seconds()

    def check_numbers(self, label):
        print(Decimal("2.675").quantize(Decimal("0.01"), ROUND_HALF_UP), Fraction(3, 9), round(2.5), round(-0.5), 7 // -2, -7 % 3)
        print(0.1 + 0.2, 1e22, 1e-7, float("inf"), 2**100, f"{1234567.891:,.2f} {255:#x} {0.000012345:g}", hash(12.0))
        return statistics.mean([1, 2, 4]), statistics.stdev([1, 2, 4]), math.dist((0, 0), (3, 4)), fibonacci(60)

    def check_text(self, label):
        print(textwrap.fill("the quick brown fox jumps over the lazy dog", 20))
        print("é".encode(), "ﬁ".casefold(), "ß".upper(), "\N{SNOWMAN}", "日本".center(8, "*"), "a\tb".expandtabs(4), repr("\x00\u200b'\""))
        print(string.Template("$who is $what").substitute(who="it", what="ok"), "%(a)05d|%(b)-4s|" % {"a": 42, "b": "z"})
        return " ".join(sorted(set("hello world".split()))), "a,b;c".replace(";", ",").split(",")

    def check_data(self, label):
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerows([["a", 'b "q"'], [1, None]])
        print(out.getvalue().splitlines(), hashlib.sha256(b"kili").hexdigest()[:16], base64.b64encode(b"\x00\xff"))
        print(uuid.uuid5(uuid.NAMESPACE_DNS, "kili"), list(OrderedDict(b=1, a=2)), deque([1, 2, 3], maxlen=2), Point(1, 2)._asdict())
        return [list(group) for _, group in itertools.groupby([1, 1, 2, 3, 3], key=lambda x: x % 2)]

    def check_flow(self, label):
        with suppress(KeyError):
            print({}["missing"])
        try:
            try:
                int("x")
            except ValueError as error:
                raise RuntimeError("wrapped") from error
        except RuntimeError as error:
            print(error, "from", error.__cause__)
        try:
            raise ExceptionGroup("several", [ValueError(1), TypeError("t")])
        except* ValueError as group:
            print("values", group.exceptions)
        except* TypeError as group:
            print("types", group.exceptions)
        for i in range(3):
            if i == 5:
                break
        else:
            print("no break", i)
        total = 0
        while (total := total + 7) < 30:
            continue
        first, *rest = range(total)[:4]
        return total, first, rest, [x for row in ((1, 2), (3,)) for x in row], {k: v for k, v in zip("ab", (1, 2))}

    def check_match(self, label):
        for value in (None, 3, [1, 2, 3], {"type": "box", "size": 4, "z": 0}, Point(1, 5), Level.HIGH, "text"):
            match value:
                case None:
                    print("nothing")
                case int(n) if n > 2:
                    print("number", n)
                case [head, *tail]:
                    print("list", head, tail)
                case {"type": "box", "size": size, **others}:
                    print("box", size, others)
                case Level.HIGH:
                    print("level", value.name, value.value)
                case str() as text:
                    print(text)
                case _:
                    print("other", describe(value), describe(1_000_000))

    def check_logging(self, label):
        self.logger.debug("debug %s", 1)
        self.logger.error("error %(code)d", {"code": 7})
        self.logger.critical("critical\nof two lines")
        self.logger.log(25, "between")
        log.info("not shown: the level of the root is WARNING")
        log.warning("through the handler of last resort")
        print("to stderr", file=sys.stderr)
        sys.stdout.write("half ")
        sys.stdout.write("a line\n")
        print("flushed", flush=True)
        print(*"abc", sep="\n")
        print()

    def check_environment(self, label):
        print(os.path.join("a", "b"), __name__, type(self).__module__, self.greeting, isinstance(self, PluginCore))
        print(partial(int, base=2)("101"), sorted([{"n": 2}, {"n": 1}], key=itemgetter("n")), sys.version_info >= (3, 10))
        with open("/tmp/plugin-conformance.txt", "w") as file:
            file.write("kept")
        with open("/tmp/plugin-conformance.txt") as file:
            return file.read()

    def check_generators(self, label):
        def counter():
            received = yield 1
            while received:
                received = yield received * 2
            return "done"

        def outer():
            print("inner gave", (yield from counter()))

        running = outer()
        print(next(running), running.send(5), list(running))

        class Meta(type):
            def __new__(mcs, name, bases, namespace):
                return super().__new__(mcs, name.upper(), bases, namespace)

        class Thing(metaclass=Meta):
            __slots__ = ("x",)

            def __init__(self):
                self.x = 1

            def __getattr__(self, name):
                return f"no {name}"

        return Thing.__name__, Thing().x, Thing().y
