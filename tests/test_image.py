"""docker-compose.yml and Dockerfile say nothing that the code does not know: no engine is at hand to try them."""

import json
import re
import shlex
from pathlib import Path

import pytest
import yaml
from celery.bin.celery import celery
from django.conf import settings
from django.core.management import get_commands
from gunicorn.config import Config

from netdesk import lodging

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
OURS = {name: service for name, service in SERVICES.items() if service.get("build") == "."}
READ = set(re.findall(r"\benv(?:\.\w+)?\(\s*\"(\w+)\"", (ROOT / "netdesk" / "settings.py").read_text("utf-8")))
MANAGE = re.compile(r"python manage\.py (\w+)")


def commands():
    """Every command line of our own services, and that of the image, as words."""
    yield "image", json.loads(re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[1])
    for name, service in OURS.items():
        for part in re.split(r"&&", " ".join(shlex.split(service.get("command", "")))):
            if part.strip():
                yield name, shlex.split(part.removeprefix("sh -c "))


def test_the_parts_of_the_portal_are_all_there():
    assert set(OURS) == {"migrate", "web", "worker-mint", "worker-render", "worker-mail", "relay"}
    assert set(SERVICES) - set(OURS) == {"database", "broker", "mail"}


@pytest.mark.parametrize(("service", "words"), list(commands()), ids=lambda value: str(value)[:60])
def test_every_command_exists_with_its_options(service, words):
    if words[0] == "python":
        assert (words[1], words[2] in get_commands()) == ("manage.py", True)
    elif words[0] == "celery":
        at = words.index("worker")
        assert words[1:at] == ["-A", "netdesk"]
        queues = celery.commands["worker"].make_context("worker", words[at + 1 :], parent=None, resilient_parsing=True)
        assert set(queues.params["queues"]) <= set(settings.CELERY_TASK_QUEUES)
    else:
        assert words[0] == "gunicorn"
        assert Config().parser().parse_args(words[1:]).args == ["netdesk.wsgi"]


def test_every_queue_has_its_worker():
    served = [words[words.index("--queues") + 1] for _, words in commands() if words[0] == "celery"]
    assert sorted(served) == sorted(settings.CELERY_TASK_QUEUES)


def test_every_variable_is_one_that_the_settings_read():
    given = {name for service in OURS.values() for name in service.get("environment", {})}
    baked = set(re.findall(r"\b([A-Z][A-Z_]+)=", " ".join(re.findall(r"^ENV .*$", DOCKERFILE, re.MULTILINE))))
    assert given <= READ
    assert baked - {"PYTHONUNBUFFERED"} <= READ


def test_papers_lie_on_the_volume_that_web_and_workers_share():
    places = {(service["environment"]["PAPERS_DIR"], *service["volumes"]) for service in OURS.values()}
    assert places == {("/srv/papers", "papers:/srv/papers")}
    assert "papers" in COMPOSE["volumes"]


def test_the_database_is_of_the_version_that_the_demo_runs():
    assert SERVICES["database"]["image"] == f"postgres:{lodging.MAJOR}"


def test_what_waits_for_another_waits_for_something_that_can_come_true():
    for name, service in SERVICES.items():
        for other, wish in service.get("depends_on", {}).items():
            assert other in SERVICES, name
            assert wish["condition"] in {"service_healthy", "service_completed_successfully"}
            assert wish["condition"] != "service_healthy" or "healthcheck" in SERVICES[other], name


def test_the_image_has_the_libraries_of_the_papers_and_is_not_root():
    wanted = set(re.findall(r'"lib[\w.-]+": "(lib[\w.-]+)"', (ROOT / "bin" / "setup").read_text("utf-8")))
    assert wanted and all(package in DOCKERFILE for package in wanted)
    assert re.search(r"^USER (?!root)\w+$", DOCKERFILE, re.MULTILINE)
    assert {name for name in MANAGE.findall(DOCKERFILE)} <= set(get_commands())
    assert "requirements/run.txt" in DOCKERFILE and "--require-hashes" in DOCKERFILE


def test_the_healthchecks_ask_what_answers():
    assert SERVICES["database"]["healthcheck"]["test"][:3] == ["CMD", "pg_isready", "--host=127.0.0.1"]
    assert SERVICES["web"]["healthcheck"]["test"][:2] == ["CMD", "python"]
