# One image for web, worker, scheduler, migrations and backups: docs/operations/containers.md.
# It needs nothing newer than Docker 20.10, with or without BuildKit; hence no `# syntax=` line and no RUN --mount.
# Why it is built like this: docs/decisions/0011-container-image.md.
ARG PYTHON_IMAGE=python:3.12-slim-bookworm

# ---------------------------------------------------------------- what all stages begin with
FROM ${PYTHON_IMAGE} AS base
ENV LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PATH=/opt/venv/bin:/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
SHELL ["/bin/sh", "-euc"]

# ---------------------------------------------------------------- the packages, each with its hash checked
FROM base AS packages
WORKDIR /build
COPY requirements/uv.txt requirements/
RUN python -m venv /build/tools; \
    /build/tools/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/uv.txt; \
    python -m venv --without-pip /opt/venv
COPY requirements/production.txt requirements/
# Wheels only: nothing is compiled, and no package runs code of its own while it is installed.
RUN /build/tools/bin/uv pip install --no-cache --python /opt/venv/bin/python --only-binary :all: --require-hashes \
      -r requirements/production.txt
# Without their own tests, and the sources of translations, of which the compiled ones are used. Compiled code is not
# compared with its source at each start; hashes instead of times, so that two builds of one commit are alike.
RUN find /opt/venv -type d \( -name tests -o -path '*/site-packages/wagtail/test' \) -prune -exec rm -rf {} +; \
    find /opt/venv -name '*.po' -delete; \
    python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/venv/lib; \
    chmod -R a+rX,go-w /opt/venv

# ---------------------------------------------------------------- the product, with static files collected
FROM packages AS product
WORKDIR /app
COPY manage.py ./
COPY settings settings
COPY documents documents
COPY pages pages
COPY api api
COPY site/cms site/cms
# With settings that hold no secret and ask no server.
RUN DJANGO_SETTINGS_MODULE=settings.build VAR_DIR=/tmp/build STATIC_ROOT=/opt/static \
      python manage.py collectstatic --no-input --verbosity 0; \
    python -m compileall -q -j 0 --invalidation-mode unchecked-hash /app; \
    chmod -R a+rX,go-w /app /opt/static

# ---------------------------------------------------------------- PostgreSQL's client programs, without Perl
FROM base AS postgresql
# At least the major version of the server that is backed up. 15 is Debian's own; others come from the PostgreSQL
# project's repository for Debian.
ARG POSTGRESQL_CLIENT_VERSION=15
# Versions of packages are not pinned: Debian deletes the earlier one at each security update.
# hadolint ignore=DL3008
RUN mkdir -p /opt/postgresql/bin /opt/apt; \
    apt-get update; \
    if ! apt-cache show "postgresql-client-${POSTGRESQL_CLIENT_VERSION}" >/dev/null 2>&1; then \
      apt-get install -y --no-install-recommends ca-certificates postgresql-common; \
      . /etc/os-release; \
      /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y "$VERSION_CODENAME"; \
      # The same source for libpq in the image, with its key where the image has it.
      mkdir -p /opt/apt/sources.list.d /opt/apt/keyrings; \
      cp /usr/share/postgresql-common/pgdg/apt.postgresql.org.gpg /opt/apt/keyrings/pgdg.gpg; \
      sed 's#^Signed-By:.*#Signed-By: /etc/apt/keyrings/pgdg.gpg#' /etc/apt/sources.list.d/pgdg.sources \
        >/opt/apt/sources.list.d/pgdg.sources; \
    fi; \
    apt-get install -y --no-install-recommends "postgresql-client-${POSTGRESQL_CLIENT_VERSION}"; \
    for program in pg_dump pg_restore psql; do \
      cp "/usr/lib/postgresql/${POSTGRESQL_CLIENT_VERSION}/bin/$program" /opt/postgresql/bin/; \
    done; \
    dpkg-query --status "postgresql-client-${POSTGRESQL_CLIENT_VERSION}" >/opt/postgresql/status; \
    rm -rf /var/lib/apt/lists/*

# ---------------------------------------------------------------- what runs, without the product
FROM base AS system
COPY --from=postgresql /opt/apt/ /etc/apt/
# hadolint ignore=DL3008
RUN apt-get update; \
    apt-get install -y --no-install-recommends ca-certificates libedit2 liblz4-1 libpq5 libreadline8 libzstd1 restic tini tzdata; \
    rm -rf /var/lib/apt/lists/* /etc/apt/sources.list.d/pgdg* /etc/apt/keyrings/pgdg* /var/log/* /var/cache/*; \
    # What builds or installs, and what would let a process gain rights.
    rm -rf /usr/local/bin/pip* /usr/local/lib/python3.*/site-packages/* /usr/local/lib/python3.*/ensurepip \
      /usr/local/lib/python3.*/idlelib /usr/local/lib/python3.*/tkinter /usr/local/lib/python3.*/turtledemo; \
    find / -xdev -type f -perm /6000 -exec chmod a-s {} +; \
    groupadd --gid 10001 cms; \
    useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin cms; \
    # The published image has its standard library uncompiled: each start of a process would compile it anew.
    python -m compileall -q -j 0 --invalidation-mode unchecked-hash "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
COPY --from=postgresql /opt/postgresql/bin/ /usr/local/bin/
# Makes the copied programs known to scanners that read Debian's list of packages.
COPY --from=postgresql /opt/postgresql/status /var/lib/dpkg/status.d/postgresql-client
RUN pg_dump --version; pg_restore --version; psql --version
# Both roots of the source, so that `python -m cms.health.…` finds its module too.
ENV PYTHONPATH=/app:/app/site \
    VAR_DIR=/tmp/cms \
    STATIC_ROOT=/opt/static
WORKDIR /app
EXPOSE 3000
STOPSIGNAL SIGTERM
# Knows by the command of the container whether to ask the server or to look at the worker's sign of life.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-m", "cms.health.container"]
ENTRYPOINT ["/usr/bin/tini", "--", "python", "manage.py"]
CMD ["serve"]

# ---------------------------------------------------------------- for compose/docker-compose.yml only: with a demo site
FROM packages AS demo-packages
COPY requirements/demo.txt requirements/
RUN /build/tools/bin/uv pip install --no-cache --python /opt/venv/bin/python --require-hashes -r requirements/demo.txt

FROM system AS development
ENV APP_ENV=development \
    HOST=0.0.0.0 \
    VAR_DIR=/var/lib/cms \
    STATIC_ROOT=/var/lib/cms/static
RUN install -d -o 10001 -g 10001 /var/lib/cms
COPY --from=demo-packages /opt/venv /opt/venv
COPY --from=product /app /app
USER 10001:10001

# ---------------------------------------------------------------- the image that is deployed
FROM system AS runtime
ENV APP_ENV=production
COPY --from=packages /opt/venv /opt/venv
COPY --from=product /opt/static /opt/static
COPY --from=product /app /app
USER 10001:10001
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=unknown
ARG PYTHON_IMAGE
LABEL org.opencontainers.image.title="cms-backend" \
      org.opencontainers.image.description="Headless CMS backend for government, on Wagtail" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="${PYTHON_IMAGE}"
