"""The forms of a lab; each ends in an AWS API request."""
