# One image for web, workers and relay; docker-compose.yml gives each its command.
FROM python:3.11-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin portal

WORKDIR /srv/netdesk
COPY requirements/run.txt requirements/
RUN pip install --no-cache-dir --require-hashes --only-binary :all: --requirement requirements/run.txt
COPY . .

ENV DEMO=0 PYTHONUNBUFFERED=1 VAR_DIR=/srv/netdesk/var PAPERS_DIR=/srv/papers
# Collecting needs settings: the demo's, whose secrets are thrown away at once.
RUN DEMO=1 DATABASE_URL=postgres://none python manage.py collectstatic --no-input --verbosity 0 \
 && rm -r var/secrets \
 && mkdir -p /srv/papers && chown portal: /srv/papers

USER portal
CMD ["gunicorn", "netdesk.wsgi", "--bind", "0.0.0.0:8000", "--no-control-socket", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--graceful-timeout", "30"]
