"""Homes that people are sent to, as the company surveyed them."""
