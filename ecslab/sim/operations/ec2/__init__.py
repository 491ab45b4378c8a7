"""What a lab needs of Amazon EC2; PascalCase as the SDKs take it."""
