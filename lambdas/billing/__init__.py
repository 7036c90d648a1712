"""Contracts and money.

A contract is a list of dated facts (``facts``); what it means (``history``), what it costs
(``charges``, ``invoices``) and what falls due (``deadlines``) are functions of those facts, the
catalogue and a date. ``preview`` shows all of it at once.
"""
