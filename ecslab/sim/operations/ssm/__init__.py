"""What a lab needs of Systems Manager Parameter Store: that a parameter exists, in AWS's own member names."""
