"""The zone of the status page: its days and months are counted in it (R1)."""

PAGE_ZONE = "Asia/Colombo"
