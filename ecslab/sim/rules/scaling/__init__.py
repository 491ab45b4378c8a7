"""What Application Auto Scaling decides for services (SS section A)."""
