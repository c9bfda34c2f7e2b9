"""The WSGI application that the production and demo servers run."""

import os

from django.core.wsgi import get_wsgi_application

from helpdesk.lib.checks import refuse_unfit_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

application = get_wsgi_application()
refuse_unfit_role()
