"""What beat rings for, and how often. It must not need the registry: settings are being read."""

from typing import Any

from celery.schedules import crontab


def schedule(*, sweep: float, mailboxes: float, probes: float) -> dict[str, dict[str, Any]]:
    """The bells by name; `sweep`, `mailboxes` and `probes` are the seconds between two of those that come so often."""
    return {
        "sweep": _bell("tickets.sweep", sweep),
        "deliver": _bell("notifications.deliver", sweep),
        "bulk": _bell("tickets.work_off_bulk", sweep),
        "plans": _bell("tickets.work_off_plans", sweep),
        "mail": _bell("tickets.read_mail", sweep),
        "posts": _bell("tickets.read_provider_posts", sweep),
        "mailboxes": _bell("tickets.poll_mailboxes", mailboxes),
        "twin": _bell("status.export_twin", 60.0),
        "threads": _bell("status.answer_threads", sweep),
        "promises": _bell("status.tell_overdue", sweep),
        "probes": _bell("status.run_probes", probes),
        "surges": _bell("status.find_surges", 60.0),
        "probe-hours": {"task": "status.roll_up_hours", "schedule": crontab(minute=7)},
        "probe-results": {"task": "status.forget_results", "schedule": crontab(hour=21, minute=15)},
        "uptime": _bell("status.keep_uptime", 300.0),
        "revisions": {"task": "status.revise_uptime", "schedule": crontab(hour=20, minute=10)},
        "subscribers": _bell("status.tell_subscribers", sweep),
        "unconfirmed": {"task": "status.forget_unconfirmed", "schedule": crontab(minute=50)},
        "windows": _bell("status.tell_windows", sweep),
        "series": {"task": "status.make_windows", "schedule": crontab(minute=10)},
        "canary": _bell("tickets.keep_canary", 60.0),
        "forget": {"task": "api.forget_requests", "schedule": crontab(minute=20)},
        "domains": {"task": "accounts.recheck_domains", "schedule": crontab(minute=40)},
        "sessions": {"task": "accounts.forget_sessions", "schedule": crontab(hour=21, minute=0)},
        "replay": {"task": "tickets.replay_clocks", "schedule": crontab(hour=20, minute=30)},
        "replaying": _bell("tickets.go_on_replaying", 300.0),
        "uploads": {"task": "tickets.remove_stale_uploads", "schedule": crontab(hour=21, minute=30)},
        "drafts": {"task": "tickets.remove_old_drafts", "schedule": crontab(hour=21, minute=40)},
        "old-posts": {"task": "tickets.remove_old_posts", "schedule": crontab(hour=21, minute=50)},
    }


def _bell(task: str, seconds: float) -> dict[str, Any]:
    """A task every so many seconds; one that nobody has taken by the next is dropped."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}
