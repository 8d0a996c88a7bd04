"""The project's own promises: commands, layout, style."""

import ast
import re
import subprocess
import sys
import tomllib

from tests.conftest import ROOT

TEST_COMMAND = (
    "python3 -m venv .venv && .venv/bin/pip install -r tests/requirements.txt && .venv/bin/pytest"
)
RUN_COMMAND = (
    "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt && "
    ".venv/bin/streamlit run app.py"
)


def test_readme_and_ci_name_the_same_test_command():
    readme = [line.strip() for line in (ROOT / "README.md").read_text("utf-8").splitlines()]
    ci = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert TEST_COMMAND in readme and TEST_COMMAND in ci
    assert RUN_COMMAND in readme


def test_the_versions_known_to_work_are_of_everything_that_is_required():
    from packaging.markers import default_environment
    from packaging.requirements import Requirement

    def read(name):
        lines = (line.partition("  #")[0] for line in (ROOT / name).read_text("utf-8").splitlines())
        return [Requirement(line) for line in lines if line and line[0] not in "-#"]

    pinned = {}
    for one in read("tests/constraints.txt"):
        assert one.url is None and [s.operator for s in one.specifier] == ["=="], one
        pinned[one.name.lower().replace("_", "-")] = next(iter(one.specifier)).version
    assert len(pinned) > 40
    here = {**default_environment(), "sys_platform": "linux", "platform_machine": "x86_64"}
    for one in [*read("requirements.txt"), *read("tests/requirements.txt")]:
        if one.marker is None or one.marker.evaluate({**here, "python_version": "3.11"}):
            version = pinned.get(one.name.lower())
            assert version and one.specifier.contains(version), f"{one}: run .ci/pin"


def test_ci_looks_for_vulnerabilities_and_tries_the_lowest_versions():
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    assert ".ci/audit" in ci and ".ci/lowest" in ci
    for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines():
        # .ci/lowest reads it as ==
        assert line.partition(";")[0].count(">=") == 1 and "<" not in line.partition(";")[0], line


DEPLOYMENT = (ROOT / "docs/deployment.md").read_text("utf-8")


def test_the_docs_show_the_nginx_configuration_that_is_tested():
    shown = (ROOT / "tests/nginx/word2vec.conf").read_text("utf-8")
    assert f"```nginx\n{shown}```" in DEPLOYMENT


def test_the_docs_tell_of_every_limit():
    limits = (ROOT / "w2v_core/storage/limits.py").read_text("utf-8")
    names = set(re.findall("W2V_[A-Z_]+", limits))
    assert len(names) > 10 and all(f"`{name}`" in DEPLOYMENT for name in names)


def test_the_readmes_picture_is_there():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "tests/browser/explore.png" in readme and (ROOT / "tests/browser/explore.png").is_file()


def test_ci_checks_style_and_types():
    ci = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    for command in ("ruff check --no-cache .", "ruff format --check --no-cache .", "mypy"):
        assert f".venv/bin/{command}" in ci
    assert "fmt: skip" not in "".join(
        path.read_text("utf-8")
        for room in ("w2v_core", "pages", "data")
        for path in (ROOT / room).rglob("*.py")
    )


def test_the_sample_texts_are_what_their_script_writes():
    done = subprocess.run(
        [sys.executable, ROOT / "data" / "make_samples.py", "--check"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_app_listens_on_localhost_and_tells_nobody():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["server"]["address"] == "localhost"
    assert config["server"]["showEmailPrompt"] is False
    assert config["server"]["maxUploadSize"] == 200
    assert config["browser"]["gatherUsageStats"] is False


def imports(path):
    """Every module that a file names in its imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


# Imports point one way: what each room may know of the others.
MAY_IMPORT = {
    "text": {"text"},
    "model": {"model", "text", "space"},
    "space": {"space"},
    "figures": {"figures"},
    "lessons": {"lessons", "model", "text", "space"},
    "storage": {"storage", "model", "text"},
    "queue": {"queue", "storage"},
    "visitors": {"visitors", "queue", "storage", "text"},
    "library": {"library", "visitors", "queue", "storage", "model", "text"},
    "exchange": {
        *("exchange", "library", "visitors", "storage", "model", "text", "space", "figures"),
    },
    "work": {
        *("work", "exchange", "library", "visitors", "queue", "storage", "model", "text", "space"),
        "figures",
        "cluster",  # where the operator names one: its analyses go there
    },
    "cluster": {"cluster", "model", "text"},
    "command_line": {
        *(
            "command_line",
            "cluster",
            "work",
            "exchange",
            "library",
            "visitors",
            "storage",
            "model",
            "text",
        ),
        "space",
    },
}
TOP = {"parameters", "vocabulary", "letters", "durations", "setting_names"}
ROOMS = {path.name for path in (ROOT / "w2v_core").iterdir() if (path / "__init__.py").is_file()}


def test_imports_point_one_way_and_the_library_knows_no_page():
    assert set(MAY_IMPORT) == ROOMS
    for path in (ROOT / "w2v_core").rglob("*.py"):
        room = path.relative_to(ROOT / "w2v_core").parts[0]
        for name in imports(path):
            assert not name.startswith(("streamlit", "pages")), f"{path} imports {name}"
            parts = name.split(".")
            if room in MAY_IMPORT and parts[0] == "w2v_core" and len(parts) > 1:
                assert parts[1] in MAY_IMPORT[room] | TOP, f"{path}: {name}"


def test_every_table_of_a_page_is_drawn_where_it_is_guarded():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["client"]["disableDataExport"] is True
    drawn = []
    for path in [ROOT / "app.py", *(ROOT / "pages").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = node.attr if isinstance(node, ast.Attribute) else None
            if name in ("dataframe", "data_editor", "table", "experimental_data_editor"):
                drawn.append((path.name, name))
            # st.write and st.magic draw a table of what looks like one
            assert name not in ("write", "write_stream"), f"{path}: st.{name}"
    assert sorted(drawn) == [("table.py", "data_editor"), ("table.py", "dataframe")], drawn


def test_pages_hold_no_mathematics_and_no_traces():
    for path in (ROOT / "pages").rglob("*.py"):
        for name in imports(path):
            assert not name.startswith(("scipy", "sklearn", "plotly.express")), f"{path}: {name}"


def page_calls():
    """Every call in the pages, with its file."""
    for path in [ROOT / "app.py", *(ROOT / "pages").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield path, node


def test_only_one_module_reads_and_writes_the_address():
    uses = {
        path.relative_to(ROOT).as_posix()
        for path in [ROOT / "app.py", *(ROOT / "pages").rglob("*.py")]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "query_params"
    }
    assert uses == {"pages/parts/address.py"}


def test_every_field_and_link_that_writes_the_address_is_in_its_table():
    from pages.parts.address import TABLE

    fields = {entry.name for entry in TABLE if entry.field}
    names = {entry.name for entry in TABLE}
    bound, linked = set(), set()
    for _, call in page_calls():
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        if "bind" in given and isinstance(given["key"], ast.Constant):
            bound.add(given["key"].value)
        if isinstance(given.get("query_params"), ast.Dict):
            linked |= {key.value for key in given["query_params"].keys}
    assert len(bound) > 50 and bound <= fields, bound - fields
    assert len(linked) > 2 and linked <= names, linked - names


def test_every_setting_has_a_name_for_people():
    from w2v_core.parameters import PARAMETERS
    from w2v_core.setting_names import SETTING_NAMES

    assert list(SETTING_NAMES) == list(PARAMETERS)
    assert not any("_" in name for name in SETTING_NAMES.values())
