"""What a lab needs of AWS Identity and Access Management; PascalCase as the SDKs take it."""
