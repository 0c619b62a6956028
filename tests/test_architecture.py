"""The house rules that a machine can read out of the code. A new file or feature never needs a change here."""

import ast
import functools
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
# Who may import whom: an app reaches its own floor and the lower ones. netdesk, which puts all together, stands on top.
FLOORS = {
    "accounts": 1,
    "audit": 1,
    "outbox": 1,
    "announcements": 2,
    "issuers": 2,
    "guarantees": 3,
    "applications": 4,
    "netdesk": 5,
}
# What audit and outbox keep is about things of any app, and they know none of them: not even the others of their floor.
ALONE = {"audit", "outbox"}
# The few modules of netdesk that stand on the ground: every app may import them, and they import no app.
GROUND = {"netdesk.dates", "netdesk.filters", "netdesk.hours", "netdesk.paging", "netdesk.refusals", "netdesk.tables"}
# WeasyPrint weighs a second of start-up, and only the worker prints.
LATE_IMPORTS = {("guarantees/documents.py", "weasyprint")}
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "core", "misc", "services", "managers", "base", "mixins"}
WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "select_for_update",
    "create_user",
    "asave",
    "acreate",
    "aupdate",
    "adelete",
    "execute",
}


def sources(*, migrations=False):
    found = sorted(path for app in FLOORS for path in (ROOT / app).rglob("*.py"))
    return [path for path in found if migrations or "migrations" not in path.parts]


def name(path):
    return path.relative_to(ROOT).as_posix()


@functools.cache
def tree(path):
    return ast.parse(path.read_text(), name(path))


def imported(node):
    """Every module that an import names, "a.b" for "from a import b" too."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def imports(path):
    return {module for node in ast.walk(tree(path)) for module in imported(node)}


def texts(*folders):
    """The files of our own that are text: (path, content)."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".html", ".css", ".js", ".svg"} or path.suffix == ".txt" and folder == "templates":
                yield path, path.read_text()


def lines_with(pattern, found):
    return [
        f"{name(path)}:{content[: hit.start()].count(chr(10)) + 1} {hit[0]}"
        for path, content in found
        for hit in re.finditer(pattern, content)
    ]


def test_no_file_imports_a_higher_floor():
    wrong = []
    for path in sources(migrations=True):
        app = path.relative_to(ROOT).parts[0]
        for module in imports(path):
            other = module.partition(".")[0]
            reached = FLOORS.get(other, 0)
            on_the_ground = (
                any(module == ground or module.startswith(f"{ground}.") for ground in GROUND) or module == "netdesk"
            )
            too_high = reached > FLOORS[app] and not on_the_ground
            if too_high or app in ALONE and reached and other != app and not on_the_ground:
                wrong.append(f"{name(path)} imports {module}")
    assert wrong == []


def test_what_stands_on_the_ground_imports_no_app():
    for module in GROUND:
        path = ROOT / f"{module.replace('.', '/')}.py"
        own = {found for found in imports(path) if found.partition(".")[0] in FLOORS}
        assert {
            found for found in own if not any(found.startswith(ground) for ground in GROUND | {"netdesk"})
        } == set(), module


def test_the_floors_name_every_app_of_ours():
    own = {
        config.name
        for config in apps.get_app_configs()
        if Path(config.path).is_relative_to(ROOT) and ".venv" not in config.path
    }
    assert own - {"django.contrib.admin"} == set(FLOORS)


def test_only_urls_and_admins_import_views():
    wrong = []
    for path in sources():
        for module in imports(path):
            app, _, last = module.rpartition(".")
            calls_on_people = path.stem.endswith(("urls", "views", "admin"))
            if app in FLOORS and last.endswith("views") and not calls_on_people:
                wrong.append(f"{name(path)} imports {module}")
    assert wrong == []


def test_imports_stand_at_the_top():
    wrong = []
    for path in sources():
        for function in ast.walk(tree(path)):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                late = {module for node in ast.walk(function) for module in imported(node)}
                wrong += [
                    f"{name(path)} {function.name}: {module}"
                    for module in late
                    if (name(path), module.partition(".")[0]) not in LATE_IMPORTS
                ]
    assert wrong == []


def test_views_and_forms_write_nothing():
    """They make one call into the domain (drafts.save); a method that writes rows is not theirs to call."""
    wrong = []
    for path in sources():
        if not path.stem.endswith(("views", "forms")):
            continue
        found = tree(path)
        modules = {
            alias.asname or alias.name
            for node in ast.walk(found)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        for node in ast.walk(found):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
                receiver = node.func.value
                is_module = isinstance(receiver, ast.Name) and receiver.id in modules and receiver.id.islower()
                is_form_itself = ast.unparse(receiver) == "super()"
                if not is_module and not is_form_itself:
                    wrong.append(f"{name(path)}:{node.lineno} .{node.func.attr}()")
        wrong += [f"{name(path)} opens a transaction" for module in imports(path) if module == "django.db.transaction"]
    assert wrong == []


def test_there_are_no_signals():
    signalling = {"django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals"}
    assert [f"{name(path)} imports {module}" for path in sources() for module in imports(path) & signalling] == []


def test_no_model_hides_rules_in_save_or_delete():
    hidden = [
        f"{name(path)} {cls.name}.{function.name}"
        for path in sources()
        for cls in ast.walk(tree(path))
        if isinstance(cls, ast.ClassDef) and path.stem in {"models", "terms"}
        for function in cls.body
        if isinstance(function, ast.FunctionDef) and function.name in {"save", "delete", "clean", "full_clean"}
    ]
    assert hidden == []


def test_module_names_say_what_is_inside():
    assert [
        name(path)
        for path in sources(migrations=True)
        if path.stem in NAMES_THAT_SAY_NOTHING or path.parent.name in NAMES_THAT_SAY_NOTHING
    ] == []


def test_files_and_functions_stay_small():
    wrong = [
        f"{name(path)}: {count} lines" for path in sources() if (count := path.read_text().count("\n")) > LONGEST_FILE
    ]
    for path in sources():
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
            ):
                wrong.append(f"{name(path)} {node.name}: {node.end_lineno - node.lineno + 1} lines")
    assert wrong == []


def test_every_module_says_what_it_is_for():
    modules = [path for path in sources() if path.name != "__init__.py"]
    assert [
        name(path) for path in modules if "management" not in path.parts and not ast.get_docstring(tree(path))
    ] == []


def test_callbacks_after_a_commit_are_never_partials():
    """A robust callback that fails is named by its __qualname__, which a partial has not (Django 5.2)."""
    wrong = []
    for path in sources():
        for node in ast.walk(tree(path)):
            called = node.func if isinstance(node, ast.Call) else None
            if getattr(called, "attr", getattr(called, "id", "")) == "on_commit":
                wrong += [
                    f"{name(path)}:{node.lineno}"
                    for inner in ast.walk(node)
                    if getattr(inner, "attr", getattr(inner, "id", "")) == "partial"
                ]
    assert wrong == []


def test_nothing_is_left_for_later_and_no_checker_is_silenced():
    words = "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "no" + "qa", "type: ig" + "nore", "pragma: no" + " cover"])
    ours = [(path, path.read_text()) for path in [*sources(migrations=True), *sorted((ROOT / "tests").rglob("*.py"))]]
    assert lines_with(rf"\b({words})\b", [*ours, *texts("templates", "static/nd")]) == []


def test_every_change_of_a_model_has_its_migration(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_constraints_are_sentences():
    named = [
        constraint.name
        for model in apps.get_models()
        if model.__module__.partition(".")[0] in FLOORS
        for constraint in model._meta.constraints
    ]
    assert len(named) > 30
    assert [
        one for one in named if one.count("_") < 2 or re.search(r"(^|_)(chk|ck|uq|unique|constraint|\d)(_|$)", one)
    ] == []


def test_money_is_whole_yen():
    ours = [
        field
        for model in apps.get_models()
        if model.__module__.partition(".")[0] in FLOORS
        for field in model._meta.get_fields()
    ]
    assert [str(field) for field in ours if isinstance(field, models.FloatField)] == []
    assert [
        str(field) for field in ours if field.name.endswith("_yen") and not isinstance(field, models.BigIntegerField)
    ] == []


# Pages


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"<script(?![^>]*\ssrc=)[^>]*>", id="no inline script"),
        pytest.param(r"<style[^>]*>", id="no inline stylesheet"),
        pytest.param(r"<[a-z][^<>]*\sstyle=", id="no style attribute"),
        pytest.param(r"<[a-z][^<>]*\son[a-z]+=", id="no event attribute"),
        pytest.param(r"javascript:", id="no javascript address"),
        pytest.param(r"\|\s*safe\b|autoescape off|\|\s*safeseq\b", id="nothing escapes the escaping"),
        pytest.param(r"<i?frame", id="no frames"),
    ],
)
def test_no_page_does_what_the_content_security_policy_forbids(pattern):
    pages = [
        (path, content) for path, content in texts("templates") if path.suffix == ".html" and "paper" not in path.parts
    ]
    assert len(pages) > 60
    assert lines_with(pattern, pages) == []


def test_papers_run_no_scripts_and_escape_everything():
    papers = list(texts("templates/guarantees/paper"))
    assert papers
    assert lines_with(r"<script|\son[a-z]+=|\|\s*safe\b|autoescape off|javascript:", papers) == []


def test_colours_are_named_once():
    sheets = [
        (path, content) for path, content in texts("static/nd", "templates") if path.suffix in {".css", ".html", ".js"}
    ]
    ours = [(path, content) for path, content in sheets if path.name != "tokens.css" and "paper" not in path.parts]
    assert lines_with(r"(?<![&\w])#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?\b(?=[^\"<>{}]*;)|rgba?\(|hsla?\(", ours) == []


def test_nothing_is_fetched_from_another_host():
    namespaces = r"https?://(?!www\.w3\.org/(?:2000/svg|1999/xhtml|1999/xlink))"
    assert (
        lines_with(rf"{namespaces}[^\s\"'<>)]*|(?:src|href)=\"//|url\(\s*['\"]?//", texts("templates", "static/nd"))
        == []
    )


def test_includes_take_their_values_and_nothing_else():
    wrong = [
        hit for hit in lines_with(r"{% include [^%]*%}", texts("templates")) if not re.search(r"\sonly\s*%}$", hit)
    ]
    assert wrong == []
