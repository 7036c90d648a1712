"""What the stacks share: the frame of a context's stack, the code asset, the layers."""
