"""The line between a district and its province: a leaf node on this side, a hub on the other.

A leaf node is a nats-server of its own beside the district's bus, so that no connection of the province ever reaches
the bus (docs/decisions/0090).
"""
