"""What every page shares: static files, error pages, the style guide, the server."""
