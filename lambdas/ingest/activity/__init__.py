"""From a home's minutes to what a family reads: is she home, is she up, did she sleep."""
