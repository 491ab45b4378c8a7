"""The AWS face of the lab: requests checked against AWS's own service models, and written as AWS CLI lines."""
