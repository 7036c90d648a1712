"""Somebody is sent because the customer asks, for a price (駆けつけ)."""
