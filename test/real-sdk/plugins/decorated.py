"""A plugin that takes events by the annotations of its methods, as the newer SDK allows."""

from kili_events import AssetSkippedEvent, LabelWorkflowEvent

from kili.plugins import PluginCore, on_kili_event


class PluginHandler(PluginCore):
    @on_kili_event
    def on_skip(self, event: AssetSkippedEvent) -> None:
        self.logger.info(event.event)

    @on_kili_event
    def on_workflow(self, event: LabelWorkflowEvent) -> None:
        self.logger.info(event.event)
