"""Visits to homes whose people are away (るすたく): plans, the round of a day, reports."""
