"""The part of `requests` that plugins use, over the host's gate: hosts that `[permissions] net` lists, and no others.

Bodies are read whole; there are no cookies, proxies, certificates or streams.
"""

import base64
import http
import json as _json
import sys
import types
import urllib.parse

from kili.exceptions import NotCapable
from kili_edge.current import current

__version__ = "2.32.0"


class RequestException(OSError):
    """A request that failed."""

    def __init__(self, *args, response=None, request=None):
        super().__init__(*args)
        self.response = response
        self.request = request


class ConnectionError(RequestException):
    """The host could not be reached, or not be asked."""


class HTTPError(RequestException):
    """An answer that is an error."""


class Timeout(RequestException):
    """No answer in time."""


class JSONDecodeError(RequestException, ValueError):
    """A body that is no JSON."""


class HTTPBasicAuth(tuple):
    """A name and a password."""

    def __new__(cls, username, password):
        return super().__new__(cls, (username, password))


def _module(name, **members):
    """`requests.<name>`, which can be imported by itself although this is one file."""
    module = sys.modules[f"{__name__}.{name}"] = types.ModuleType(f"{__name__}.{name}")
    vars(module).update(members)
    return module


auth = _module("auth", HTTPBasicAuth=HTTPBasicAuth)
exceptions = _module(
    "exceptions", RequestException=RequestException, ConnectionError=ConnectionError, HTTPError=HTTPError,
    Timeout=Timeout, ReadTimeout=Timeout, ConnectTimeout=Timeout, JSONDecodeError=JSONDecodeError,
)  # fmt: skip
codes = types.SimpleNamespace(**{status.name.lower(): int(status) for status in http.HTTPStatus})


class CaseInsensitiveDict(dict):
    """Headers: their names are the same in any case."""

    def __init__(self, members=()):
        super().__init__()
        for name, value in dict(members).items():
            self[name] = value

    def __setitem__(self, name, value):
        super().__setitem__(name.lower(), value)

    def __getitem__(self, name):
        return super().__getitem__(name.lower())

    def __contains__(self, name):
        return super().__contains__(name.lower())

    def get(self, name, default=None):
        return super().get(name.lower(), default)

    def setdefault(self, name, default=None):
        return super().setdefault(name.lower(), default)


class Response:
    """An answer."""

    def __init__(self, answer):
        self.status_code = answer["status"]
        self.reason = answer["statusText"]
        self.url = answer["url"]
        self.headers = CaseInsensitiveDict(answer["headers"])
        self.content = base64.b64decode(answer["body"])
        self.encoding = "utf-8"

    @property
    def ok(self):
        return self.status_code < 400

    @property
    def text(self):
        return self.content.decode(self.encoding or "utf-8", errors="replace")

    def json(self, **kwargs):
        try:
            return _json.loads(self.content, **kwargs)
        except ValueError as error:
            raise JSONDecodeError(f"body is not JSON: {error}", response=self) from None

    def raise_for_status(self):
        if self.ok:
            return
        kind = "Client" if self.status_code < 500 else "Server"
        raise HTTPError(f"{self.status_code} {kind} Error: {self.reason} for url: {self.url}", response=self)

    def __bool__(self):
        return self.ok

    def __repr__(self):
        return f"<Response [{self.status_code}]>"


def request(method, url, params=None, data=None, headers=None, json=None, auth=None, timeout=None, allow_redirects=True, **unknown):
    """Sends a request and waits for the answer. `timeout` is in seconds."""
    if unknown:
        raise NotImplementedError(f"requests on this host does not take {', '.join(sorted(unknown))}")
    sent = CaseInsensitiveDict(headers or {})
    if params:
        joined = urllib.parse.urlencode({key: value for key, value in dict(params).items() if value is not None}, doseq=True)
        url += ("&" if "?" in url else "?") + joined
    body = data
    if json is not None:
        body = _json.dumps(json)
        sent.setdefault("content-type", "application/json")
    elif isinstance(data, dict):
        body = urllib.parse.urlencode(data, doseq=True)
        sent.setdefault("content-type", "application/x-www-form-urlencoded")
    if isinstance(body, str):
        body = body.encode()
    if auth is not None:
        sent["authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
    if isinstance(timeout, tuple):
        timeout = sum(each or 0 for each in timeout)
    asked = {
        "method": method.upper(), "url": url, "headers": {name: str(value) for name, value in sent.items()},
        "body": None if body is None else base64.b64encode(body).decode(), "follow": allow_redirects,
        "timeoutMs": None if timeout is None else timeout * 1000,
    }  # fmt: skip
    answer = _json.loads(current.fetch(_json.dumps(asked)))
    if "error" not in answer:
        return Response(answer)
    name, message = answer["error"]["name"], answer["error"]["message"]
    if name == "NotCapable":
        raise NotCapable(message)
    raise (Timeout if name == "TimeoutError" else ConnectionError)(message)


def get(url, params=None, **kwargs):
    return request("GET", url, params=params, **kwargs)


def post(url, data=None, json=None, **kwargs):
    return request("POST", url, data=data, json=json, **kwargs)


def put(url, data=None, **kwargs):
    return request("PUT", url, data=data, **kwargs)


def patch(url, data=None, **kwargs):
    return request("PATCH", url, data=data, **kwargs)


def delete(url, **kwargs):
    return request("DELETE", url, **kwargs)


def head(url, **kwargs):
    return request("HEAD", url, **{"allow_redirects": False, **kwargs})


class Session:
    """Headers and credentials for several requests. Connections are the host's business."""

    def __init__(self):
        self.headers = CaseInsensitiveDict()
        self.auth = None

    def request(self, method, url, headers=None, **kwargs):
        kwargs.setdefault("auth", self.auth)
        return request(method, url, headers={**self.headers, **CaseInsensitiveDict(headers or {})}, **kwargs)

    def get(self, url, **kwargs):
        return self.request("GET", url, **kwargs)

    def post(self, url, data=None, json=None, **kwargs):
        return self.request("POST", url, data=data, json=json, **kwargs)

    def put(self, url, data=None, **kwargs):
        return self.request("PUT", url, data=data, **kwargs)

    def patch(self, url, data=None, **kwargs):
        return self.request("PATCH", url, data=data, **kwargs)

    def delete(self, url, **kwargs):
        return self.request("DELETE", url, **kwargs)

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


session = Session
