"""The infrastructure: one file a stack; what they share is in stacks/constructs."""
