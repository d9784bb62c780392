from kili.plugins import PluginCore


class Base(PluginCore):
    """A class between: what it defines is inherited."""

    def on_project_updated(self, settings_updated):
        for setting in settings_updated:
            self.logger.info(setting)


class PluginHandler(Base):
    def __init__(self, kili, project_id):
        super().__init__(kili, project_id)
        print("made for", project_id, type(kili).__name__)

    def on_send_back_to_queue(self, asset_id: str):
        self.logger.info(f"Asset {asset_id} was sent back to queue")

    def on_event(self, payload):
        print(sorted(payload), payload["event"])
        raise LookupError(f"no rule for {payload['event']}")
