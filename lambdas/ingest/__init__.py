"""What devices say about a home: motion by the minute, and episodes told without a picture."""
