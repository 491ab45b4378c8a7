"""What AWS has no call for, as one service more: `lab`."""
