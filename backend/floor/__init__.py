"""The floor service: where things are, who did what, which lot, when."""
