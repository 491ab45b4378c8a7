"""What a lab needs of Amazon EC2 Auto Scaling; PascalCase as the SDKs take it."""
