"""Amazon EventBridge Scheduler; PascalCase as the SDKs take it."""
