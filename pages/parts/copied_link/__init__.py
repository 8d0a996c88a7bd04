"""The button that copies the address of what is shown."""

from pages.parts.copied_link.component import copy_link

__all__ = ["copy_link"]
