"""State of the world as plain dataclasses: no behaviour beyond small derived properties."""
