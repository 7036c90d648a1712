"""A guarded home raises an alarm: the home is called and a guard is sent at the same time."""
