"""A guarded home: its controller, alarms, keys, contacts, history (ホームセキュリティ)."""
