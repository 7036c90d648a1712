"""Homes as their people see them: what is of no product."""
