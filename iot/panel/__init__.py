"""The alarm panel: what a controller and the cloud compute alike from dated facts."""
