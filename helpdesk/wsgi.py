"""The WSGI application that the production and demo servers run."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from helpdesk.lib.checks import refuse_unfit_role
from helpdesk.lib.peers import networks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

application = get_wsgi_application()

from helpdesk.lib.storage import attachment_storage  # noqa: E402 - it imports models, which need the registry

refuse_unfit_role()
attachment_storage()  # a folder that is missing from the settings, or unfit, is found now too
# A list with a mistake in it is found now, not by the first visitor.
networks(tuple(settings.TRUSTED_PROXIES))
networks(tuple(settings.METRICS_NETWORKS))
