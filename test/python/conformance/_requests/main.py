import requests

from kili.plugins import PluginCore


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        url = label["url"]
        answer = requests.post(url, params={"q": "é"}, json={"n": 1}, headers={"X-Mine": "yes"}, auth=("me", "pw"), timeout=10)
        print(answer.status_code, answer.ok, answer.headers["Content-Type"], answer.json())
        with requests.Session() as session:
            session.headers["x-mine"] = "session"
            print(session.get(url).json()["mine"])
        try:
            requests.get(url + "missing").raise_for_status()
        except requests.exceptions.HTTPError as error:
            print(error.response.status_code)
        led = requests.get(url + "moved")
        print(led.url == url + "end", led.json()["url"], [name for name in led.headers if name.startswith("x-kili")])
        print(requests.get(url + "moved", allow_redirects=False).status_code)
        try:
            requests.get("https://other.example.com")
        except Exception as error:
            print(type(error).__name__)
