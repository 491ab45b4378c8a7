"""One module for each AWS service, one function for each API operation: parameters in, response out."""
