"""Operations of Application Auto Scaling for the desired count of ECS services."""
