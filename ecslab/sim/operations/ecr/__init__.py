"""What a lab needs of Amazon ECR: private repositories, in AWS's own member names."""
