"""What a lab needs of AWS Secrets Manager: that a secret exists, in AWS's own member names."""
