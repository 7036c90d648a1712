"""What customers get to hold: invoices as PDF and CSV."""
