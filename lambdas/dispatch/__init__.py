"""Somebody goes and looks: consent, cases, visits, and who can be there first."""
