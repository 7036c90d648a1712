"""Somebody goes and looks: consent first, then the fastest visit (在宅確認サポート)."""
