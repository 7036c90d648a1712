"""The whole application on one machine: emulator, settable clock, deployment, CloudFront's part."""
