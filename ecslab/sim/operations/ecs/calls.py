"""The simulated operations of `ecs`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.ecs import (
    account_settings,
    attributes,
    capacity_providers,
    clusters,
    container_instances,
    service_deployments,
    services,
    tags,
    task_definitions,
    task_protection,
    tasks,
)
from ecslab.sim.operations.operation import Operation

WRITES: dict[str, Operation] = {
    "ecs:CreateCluster": clusters.create_cluster,
    "ecs:DeleteCluster": clusters.delete_cluster,
    "ecs:PutClusterCapacityProviders": capacity_providers.put_cluster_capacity_providers,
    "ecs:CreateCapacityProvider": capacity_providers.create_capacity_provider,
    "ecs:UpdateCapacityProvider": capacity_providers.update_capacity_provider,
    "ecs:DeleteCapacityProvider": capacity_providers.delete_capacity_provider,
    "ecs:RegisterTaskDefinition": task_definitions.register_task_definition,
    "ecs:DeregisterTaskDefinition": task_definitions.deregister_task_definition,
    "ecs:DeleteTaskDefinitions": task_definitions.delete_task_definitions,
    "ecs:RunTask": tasks.run_task,
    "ecs:StartTask": tasks.start_task,
    "ecs:StopTask": tasks.stop_task,
    "ecs:CreateService": services.create_service,
    "ecs:UpdateService": services.update_service,
    "ecs:DeleteService": services.delete_service,
    "ecs:UpdateTaskProtection": task_protection.update_task_protection,
    "ecs:RegisterContainerInstance": container_instances.register_container_instance,
    "ecs:DeregisterContainerInstance": container_instances.deregister_container_instance,
    "ecs:UpdateContainerInstancesState": container_instances.update_container_instances_state,
    "ecs:PutAttributes": attributes.put_attributes,
    "ecs:DeleteAttributes": attributes.delete_attributes,
    "ecs:StopServiceDeployment": service_deployments.stop_service_deployment,
    "ecs:TagResource": tags.tag_resource,
    "ecs:UntagResource": tags.untag_resource,
    "ecs:PutAccountSetting": account_settings.put_account_setting,
    "ecs:PutAccountSettingDefault": account_settings.put_account_setting_default,
}

READS: dict[str, Operation] = {
    "ecs:DescribeClusters": clusters.describe_clusters,
    "ecs:ListClusters": clusters.list_clusters,
    "ecs:DescribeCapacityProviders": capacity_providers.describe_capacity_providers,
    "ecs:DescribeTaskDefinition": task_definitions.describe_task_definition,
    "ecs:ListTaskDefinitions": task_definitions.list_task_definitions,
    "ecs:ListTaskDefinitionFamilies": task_definitions.list_task_definition_families,
    "ecs:DescribeTasks": tasks.describe_tasks,
    "ecs:ListTasks": tasks.list_tasks,
    "ecs:DescribeServices": services.describe_services,
    "ecs:ListServices": services.list_services,
    "ecs:GetTaskProtection": task_protection.get_task_protection,
    "ecs:ListAttributes": attributes.list_attributes,
    "ecs:ListServiceDeployments": service_deployments.list_service_deployments,
    "ecs:DescribeServiceDeployments": service_deployments.describe_service_deployments,
    "ecs:DescribeServiceRevisions": service_deployments.describe_service_revisions,
    "ecs:DescribeContainerInstances": container_instances.describe_container_instances,
    "ecs:ListContainerInstances": container_instances.list_container_instances,
    "ecs:ListTagsForResource": tags.list_tags_for_resource,
    "ecs:ListAccountSettings": account_settings.list_account_settings,
}
