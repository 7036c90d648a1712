"""Dispatch as tests speak of it: all facts, answers and steps of its processes in one place."""
