"""What a plugin extends."""

import inspect
import logging
import typing

from kili_events import KiliEvent

_NOT_IMPLEMENTED = "Method not implemented. Define a custom {} on your plugin"
_BETA = "Handler is in active development."


def _get_logger():
    logger = logging.getLogger("kili.services.plugins")
    logger.setLevel(logging.DEBUG)
    logger.handlers.clear()
    handler = logging.StreamHandler()
    handler.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    return logger


class PluginCore:
    """The base class of plugins. A constructor of one's own calls `super().__init__(kili, project_id)`."""

    def __init__(self, kili, project_id, logger=None):
        self.kili = kili
        self.project_id = project_id
        self.logger = logger or _get_logger()

    def on_submit(self, label, asset_id):
        """Called when a labeler submits a label."""
        self.logger.warning(_NOT_IMPLEMENTED.format("on_submit"))

    def on_review(self, label, asset_id):
        """Called when a reviewer submits a label."""
        self.logger.warning(_NOT_IMPLEMENTED.format("on_review"))

    def on_custom_interface_click(self, label, asset_id):
        """Called when somebody clicks a button of a custom interface."""
        self.logger.warning(_BETA)

    def on_project_updated(self, settings_updated):
        """Called when settings of the project change."""
        self.logger.warning(_BETA)

    def on_send_back_to_queue(self, asset_id):
        """Called when an asset goes back to the queue."""
        self.logger.warning(_BETA)

    def on_event(self, payload):
        """Called for events by name. Calls the methods that are subscribed to it."""
        subscriptions = subscribed_methods(type(self))
        if not subscriptions:
            self.logger.warning(_NOT_IMPLEMENTED.format("on_event"))
            return
        subject = payload.get("event", "")
        wanted = {name: [model for model in models if model.takes(subject)] for name, models in subscriptions.items()}
        called = {name: models[0] for name, models in wanted.items() if models}
        if not called:
            self.logger.warning(
                f"No method of the plugin receives the event '{subject}' (methods decorated"
                f" with @on_kili_event: {', '.join(subscriptions)})."
            )
        # Each method runs even when another one fails, then the run fails with the first error.
        errors = []
        for name, model in called.items():
            try:
                getattr(self, name)(model(payload))
            except Exception as error:
                self.logger.error(f"{name} failed on '{subject}': {error!r}")
                errors.append(error)
        if errors:
            raise errors[0]


def on_kili_event(method, /):
    """Calls the decorated method with each event that its parameter's annotation names."""
    if not inspect.isfunction(method) or inspect.iscoroutinefunction(method):
        raise TypeError(f"@on_kili_event decorates plain methods and takes no arguments, not {method!r}")
    parameters = list(inspect.signature(method).parameters)
    annotation = typing.get_type_hints(method).get(parameters[1]) if len(parameters) == 2 else None
    models = typing.get_args(annotation) or (annotation,)
    if not all(isinstance(model, type) and issubclass(model, KiliEvent) for model in models):
        raise TypeError(f"{method.__name__} takes self and an event that is annotated with models of kili_events")
    method.__kili_event_models__ = models
    return method


def subscribed_methods(plugin_class):
    """The methods of a class that take events by their annotations, with the models."""
    methods = inspect.getmembers(plugin_class, inspect.isfunction)
    return {name: method.__kili_event_models__ for name, method in methods if hasattr(method, "__kili_event_models__")}


__all__ = ["PluginCore", "on_kili_event"]
