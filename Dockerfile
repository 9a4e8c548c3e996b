# The bot alone: no demo, no local Slack, no tests. Configuration and secrets come in at run time.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements/run.txt requirements/run.txt
RUN python -m venv /opt/rethrow \
 && /opt/rethrow/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY db db
COPY domain domain
COPY helpdesk helpdesk
RUN /opt/rethrow/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation . \
 && /opt/rethrow/bin/pip uninstall --yes editables hatchling setuptools pip

FROM python:3.13-slim
RUN groupadd --gid 10001 rethrow \
 && useradd --uid 10001 --gid rethrow --home-dir /var/lib/rethrow --no-create-home --shell /usr/sbin/nologin rethrow \
 && install --directory --mode 0700 --owner rethrow --group rethrow /var/lib/rethrow
COPY --from=build /opt/rethrow /opt/rethrow
ENV PATH=/opt/rethrow/bin:$PATH HOME=/var/lib/rethrow PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=3000
# By number: what runs containers can then see that it is not root.
USER 10001:10001
WORKDIR /var/lib/rethrow
VOLUME /var/lib/rethrow
EXPOSE 3000
# Delivery finishes the post at hand before it stops, which may take as long as Slack's answer.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import os, urllib.request as to; to.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["rethrow"]
CMD ["run"]
