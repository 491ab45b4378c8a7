"""The operations of Amazon EFS."""
