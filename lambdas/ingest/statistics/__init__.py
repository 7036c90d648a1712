"""Statistics without persons (HT-74): rows that name nobody, and tables that show no small cell."""
