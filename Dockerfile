# One image for web, worker, beat and migrations; docker-compose.yml says what each runs.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

RUN useradd --system --uid 10001 --create-home --home-dir /home/helpdesk --shell /usr/sbin/nologin helpdesk
WORKDIR /app

# The lock alone first: the layer of the dependencies is made anew only when they change.
COPY requirements.lock ./
RUN pip install --require-hashes --requirement requirements.lock

COPY manage.py ./
COPY helpdesk ./helpdesk
COPY sla ./sla
COPY tickets ./tickets
COPY status ./status
COPY templates ./templates

# The key is for this one command; a running container gets its own. Byte code is compiled here, as the user cannot.
RUN HELPDESK_SECRET_KEY=build-only python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q helpdesk sla status tickets

# A new volume mounted here begins with this owner.
RUN install --directory --owner helpdesk --mode 0700 /files /incoming \
    && install --directory --owner helpdesk --mode 0755 /status

USER helpdesk
EXPOSE 8000
CMD ["gunicorn", "helpdesk.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", \
     "--config", "python:helpdesk.web.server"]
