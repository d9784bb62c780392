"""The SDK's newer client, by where the SDK has it. Here it is the same as the older one."""

from kili.client import Kili

__all__ = ["Kili"]
