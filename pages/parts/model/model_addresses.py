"""The two addresses of a model in sharing mode: one to pass on, and its owner's to keep."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from pages.parts.deferred import deferred, origin
from pages.parts.error_messages import toast_for_errors
from pages.parts.visitor import has_login, is_shared, the_library
from w2v_core.storage.home import is_published
from w2v_core.storage.sample_ids import is_sample


def addresses(id: str, training: bool = False, icon: str | None = ":material/link:") -> None:
    """A field with a model's addresses; nothing without sharing mode, and for what is another person's
    only the address that they came by."""
    if not is_shared():
        return
    # A key for each model: one that is left open must not show another's.
    with st.popover("Addresses", icon=icon, key=f"addresses-{id}"):
        st.markdown("**To look at it** (for sharing)")
        st.code(read_address(id, training), language=None, wrap_lines=True)
        if not the_library().rights.may_change(id):
            return
        if has_login():
            st.caption("Only your account can rename, continue or delete it.")
            return
        st.markdown("**To change it** (keep this one to yourself)")
        st.code(owner_address(id, training), language=None, wrap_lines=True)
        st.caption(
            "Anyone who has this address can rename, continue and delete the model. This browser "
            "remembers you until it is closed. After that, and on other machines, you need this "
            "address."
        )
        with st.container(horizontal=True, gap="small"):
            st.download_button(
                "Save as a file",
                deferred(lambda: _all_addresses(id, training)),
                "my-models.txt",
                "text/plain",
                icon=":material/download:",
                on_click="ignore",
                key=f"keep-addresses-{id}",
                help="The addresses of all your models.",
            )
            st.button(
                "Replace",
                icon=":material/autorenew:",
                on_click=deferred(_replace),
                args=(id,),
                key=f"replace-address-{id}",
                help="Creates a new owner's address. The one above stops working.",
            )


def whose(id: str) -> None:
    """A line for a model that can be looked at and not changed, saying why."""
    if is_sample(id):
        st.caption(
            "This is a sample, the same for everyone: you can look at it and download it, but not change "
            "it."
        )
    elif is_published(id):
        st.caption(
            "This model is published for everyone: you can look at it and download it, but not change it."
        )
    elif not the_library().rights.owns(id):
        st.caption(
            "This model belongs to someone else: you can look at it and download it, but not "
            "change it."
        )


def _replace(id: str) -> None:
    with toast_for_errors():
        the_library().rights.new_owner_key(id)


def _all_addresses(id: str, training: bool) -> bytes:
    """What a person keeps: each model's name with its two addresses."""
    lines = ["Word2Vec Explorer: my models", ""]
    entries = {entry.id: entry.name for entry in the_library().models()}
    if id not in entries:
        entries[id] = the_library().settings(id).name
    for one, name in entries.items():
        in_training = training and one == id
        lines += [name, f"  to look at it:  {read_address(one, in_training)}"]
        if the_library().rights.may_change(one):
            lines.append(f"  to change it (yours alone):  {owner_address(one, in_training)}")
        lines.append("")
    return "\n".join(lines).encode()


def base_path() -> str:
    """Where the app begins on its server: "/", or the base path."""
    return "/" + (st.get_option("server.baseUrlPath") or "").strip("/")


def whole_address(page: str, **parameters: str) -> str:
    """A whole address of this app, as the visitor's browser reaches it."""
    return f"{origin()}{base_path().rstrip('/')}/{page}?{urlencode(parameters)}"


def read_address(id: str, training: bool = False) -> str:
    """The address by which anybody can look at a model, or a training, and nobody change it."""
    return whole_address("train", job=id) if training else whole_address("library", model=id)


def owner_address(id: str, training: bool = False) -> str:
    """The address that allows to change it (ValueError for those whose it is not)."""
    key = the_library().rights.owner_key(id)
    return (
        whole_address("train", job=id, owner=key)
        if training
        else whole_address("library", model=id, owner=key)
    )
