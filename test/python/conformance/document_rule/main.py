import re
from datetime import datetime, timezone

from kili.plugins import PluginCore

CURRENCIES = {"EURO", "DOLLAR"}
IBAN = re.compile(r"^FR(?P<check>\d{2})(?:\s?\w{4}){5}\s?\w{3}$")


class PluginHandler(PluginCore):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.seen = 0
        self.started = datetime(2024, 2, 29, 12, 30, tzinfo=timezone.utc)

    def on_review(self, label, asset_id):
        self.seen += 1
        issues, mids = [], []
        annotations = label["jsonResponse"].get("NER", {}).get("annotations", [])
        for annotation in annotations:
            [category] = [c["name"] for c in annotation["categories"]]
            content = annotation["content"].strip()
            match category:
                case "IBAN" if not IBAN.match(content):
                    issues.append(f"{category!r} must start with FR: {content[:6]:*<10}")
                    mids.append(annotation["mid"])
                case "CURRENCY" if content.upper() not in CURRENCIES:
                    issues.append("%s is not one of %s" % (content, sorted(CURRENCIES)))
                    mids.append(annotation["mid"])
                case "IBAN" | "CURRENCY":
                    self.logger.debug("%-10s|%5.1f|%s", category, 1 / 3, content)
                case other:
                    print("ignored", other, sep="=", end="!\n")
        accuracy = 100.0 if not annotations else round(100 - len(issues) * 100 / len(annotations), 1)
        self.logger.warning(f"{accuracy=:.2f} at {self.started.isoformat()} {self.started:%d/%m/%Y}")
        if issues:
            created = self.kili.create_issues(self.project_id, [label["id"]] * len(issues), object_mid_array=mids, text_array=issues)
            print(len(created), "issues")
        else:
            self.kili.add_to_review(asset_ids=[asset_id])
        self.kili.update_properties_in_assets(asset_ids=[asset_id], json_metadatas=[{"accuracy": accuracy, "é": "ü"}])
        self.kili.add_metadata([{"checked": True}], self.project_id, asset_ids=[asset_id])
        return self.seen
