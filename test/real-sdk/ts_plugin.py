"""A TypeScript plugin that logs, put on the host as its own command line would: `PUT` of a zip to an upload URL."""

import io
import zipfile
from pathlib import Path

import requests
from conftest import ADMIN_KEY, ENDPOINT

ECHO = Path(__file__).parent / "plugins" / "echo"


def graphql(query: str, variables: dict, key: str = ADMIN_KEY) -> dict:
    """Asks the host without the SDK."""
    headers = {"Authorization": f"X-API-Key: {key}"}
    response = requests.post(ENDPOINT, json={"query": query, "variables": variables}, headers=headers, timeout=30)
    assert response.status_code == 200
    answer = response.json()
    assert "errors" not in answer, answer
    return answer["data"]


def upload_echo(name: str, main: str | None = None, update: bool = False) -> None:
    """Uploads the echo plugin under a name of its own; `main` takes the place of its code."""
    manifest = (ECHO / "plugin.toml").read_text().replace('name = "echo"', f'name = "{name}"')
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("plugin.toml", manifest)
        files.writestr("main.ts", main or (ECHO / "main.ts").read_text())
    field = "generateUpdateUrl" if update else "createPlugin"
    url = graphql(f"mutation ($name: String!) {{ url: {field}(data: {{pluginName: $name}}) }}", {"name": name})["url"]
    headers = {"Content-type": "application/zip"}
    requests.put(url.split("&id=")[0], data=archive.getvalue(), headers=headers, timeout=30).raise_for_status()
    field = "updatePluginRunner" if update else "createPluginRunner"
    graphql(f"mutation ($name: String!) {{ {field}(data: {{pluginName: $name}}) }}", {"name": name})
