"""The production settings; only the addresses of the floors are added, and the static files lie elsewhere."""

from helpdesk.settings import *  # noqa: F403 - the product's settings, whatever they are
from helpdesk.settings import env

ROOT_URLCONF = "bench.served.urls"
STATIC_ROOT = env.str("HELPDESK_BENCH_STATIC")
