"""What a device and the cloud must both know (topics, messages, policies), and a device agent."""
