"""The forms of the lab page, one file for each area; each ends in `to_command()`."""
