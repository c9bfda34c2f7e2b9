"""The pages before signing in are usable by everybody."""

import pytest

from e2e.checking import check
from e2e.conftest import Visit


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/"])
def test_the_way_in_shuts_nobody_out(visit: Visit, path: str) -> None:
    me = visit("")
    me.go(path)
    check(me.page)
