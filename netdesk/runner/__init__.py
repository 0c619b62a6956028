"""Keeps the processes of the demo portal running on one machine; production has its own supervisor."""
