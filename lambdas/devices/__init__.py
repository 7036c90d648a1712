"""Cameras of a home: registration, certificates, upload grants, commands, health."""
