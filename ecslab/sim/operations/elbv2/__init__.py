"""Elastic Load Balancing, as its SDKs name it: elbv2; PascalCase as the SDKs take it."""
