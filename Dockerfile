# Two stages: the first installs, the second holds only what runs. No preview, no compiler, no root.
FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /venv
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot bot
COPY cogs cogs
COPY recommender recommender
COPY migrations migrations
RUN /venv/bin/pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data segue && mkdir -p /data && chown segue /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SEGUE_DATABASE_URL=sqlite+aiosqlite:////data/segue.db \
    SEGUE_HEALTH_FILE=/data/segue.health \
    SEGUE_LOG_FORMAT=json
USER segue
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-m", "bot", "health"]
CMD ["python", "-m", "bot", "run"]
