"""What a lab needs of Amazon CloudWatch Logs: log groups and their streams, in AWS's own member names."""
