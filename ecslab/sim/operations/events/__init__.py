"""Amazon EventBridge: rules, their targets, events sent; PascalCase as the SDKs take it."""
