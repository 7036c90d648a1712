"""What the demo tells (local/demo.py), a module each."""
