"""Telling people: one place for mails, in their language."""
