"""Operations of Amazon CloudWatch: metrics and alarms."""
