"""What stands on the lab page: a world in, rows and words out."""
