"""Recorded answers in which something of each service runs with `role/boss`, and the same account without it."""

from scanner.testing import ACCOUNT, REGION

BOSS = f"arn:aws:iam::{ACCOUNT}:role/boss"
PLACE = f"{REGION}:{ACCOUNT}"
CLUSTER = f"arn:aws:ecs:{PLACE}:cluster/main"
TASK = f"arn:aws:ecs:{PLACE}:task/main/0a1b2c3d"
SERVICE = f"arn:aws:ecs:{PLACE}:service/main/web"
DEFINITION = f"arn:aws:ecs:{PLACE}:task-definition/web:3"
MACHINE = f"arn:aws:states:{PLACE}:stateMachine:nightly"
WEB = f"arn:aws:apprunner:{PLACE}:service/web/0a1b2c3d"
AT = "2026-01-01T00:00:00Z"

CLUSTERS = {
    "ecs:ListClusters": {"clusterArns": [CLUSTER]},
    "ecs:DescribeClusters": {
        "clusters": [{"clusterArn": CLUSTER, "clusterName": "main", "registeredContainerInstancesCount": 1}]
    },
    "ecs:ListServices": [
        {"parameters": {"cluster": "main", "maxResults": 100}, "response": {"serviceArns": [SERVICE]}}
    ],
    "ecs:DescribeServices": {
        "services": [
            {
                "serviceArn": SERVICE,
                "deploymentController": {"type": "EXTERNAL"},
                "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "assignPublicIp": "ENABLED"}},
            }
        ]
    },
}
TASKS = CLUSTERS | {
    "ecs:ListTasks": [{"parameters": {"cluster": "main"}, "response": {"taskArns": [TASK]}}],
    "ecs:DescribeTasks": {
        "tasks": [{"taskArn": TASK, "taskDefinitionArn": DEFINITION, "enableExecuteCommand": True, "overrides": {}}]
    },
    "ecs:DescribeTaskDefinition": [
        {
            "parameters": {"taskDefinition": DEFINITION},
            "response": {"taskDefinition": {"taskDefinitionArn": DEFINITION, "taskRoleArn": BOSS}},
        },
        {
            "parameters": {"taskDefinition": "web"},
            "response": {
                "taskDefinition": {
                    "taskDefinitionArn": DEFINITION,
                    "taskRoleArn": BOSS,
                    "networkMode": "awsvpc",
                    "containerDefinitions": [
                        {"name": "app", "image": "web:1", "environment": [{"name": "KEY", "value": "x"}]}
                    ],
                }
            },
        },
    ],
    "ecs:ListTaskDefinitionFamilies": {"families": ["web"]},
}
PIPELINES = {"datapipeline:ListPipelines": {"pipelineIdList": [{"id": "df-0123456789ABCDEFGHIJ", "name": "nightly"}]}}
BATCH = {
    "batch:DescribeJobQueues": {
        "jobQueues": [
            {
                "jobQueueName": "q",
                "jobQueueArn": f"arn:aws:batch:{PLACE}:job-queue/q",
                "state": "ENABLED",
                "priority": 1,
                "computeEnvironmentOrder": [],
            }
        ]
    },
    "batch:DescribeJobDefinitions": {
        "jobDefinitions": [
            {
                "jobDefinitionName": "load",
                "jobDefinitionArn": f"arn:aws:batch:{PLACE}:job-definition/load:1",
                "revision": 1,
                "type": "container",
                "containerProperties": {"image": "i", "jobRoleArn": BOSS},
            }
        ]
    },
}
NOTEBOOKS = {
    "sagemaker:ListNotebookInstances": {
        "NotebookInstances": [
            {
                "NotebookInstanceName": "lab",
                "NotebookInstanceArn": f"arn:aws:sagemaker:{PLACE}:notebook-instance/lab",
                "NotebookInstanceStatus": "InService",
            }
        ]
    },
    "sagemaker:DescribeNotebookInstance": [
        {"parameters": {"NotebookInstanceName": "lab"}, "response": {"RoleArn": BOSS, "RootAccess": "Enabled"}}
    ],
}
STUDIO = {
    "sagemaker:ListDomains": {
        "Domains": [{"DomainId": "d-abc", "DomainArn": f"arn:aws:sagemaker:{PLACE}:domain/d-abc", "DomainName": "lab"}]
    },
    "sagemaker:DescribeDomain": [
        {"parameters": {"DomainId": "d-abc"}, "response": {"DefaultUserSettings": {"ExecutionRole": BOSS}}}
    ],
    "sagemaker:ListUserProfiles": {"UserProfiles": [{"DomainId": "d-abc", "UserProfileName": "ana"}]},
    "sagemaker:DescribeUserProfile": [
        {"parameters": {"DomainId": "d-abc", "UserProfileName": "ana"}, "response": {"DomainId": "d-abc"}}
    ],
}
MACHINES = {
    "stepfunctions:ListStateMachines": {
        "stateMachines": [{"stateMachineArn": MACHINE, "name": "nightly", "type": "STANDARD", "creationDate": AT}]
    },
    "stepfunctions:DescribeStateMachine": [
        {
            "parameters": {"stateMachineArn": MACHINE, "includedData": "METADATA_ONLY"},
            "response": {
                "stateMachineArn": MACHINE,
                "name": "nightly",
                "definition": "{}",
                "roleArn": BOSS,
                "type": "STANDARD",
                "creationDate": AT,
            },
        }
    ],
}
WEB_SERVICES = {
    "apprunner:ListServices": {
        "ServiceSummaryList": [
            {
                "ServiceName": "shop",
                "ServiceArn": WEB,
                "ServiceId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
                "Status": "RUNNING",
            }
        ]
    },
    "apprunner:DescribeService": [
        {
            "parameters": {"ServiceArn": WEB},
            "response": {
                "Service": {
                    "ServiceName": "shop",
                    "ServiceId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
                    "ServiceArn": WEB,
                    "CreatedAt": AT,
                    "UpdatedAt": AT,
                    "Status": "RUNNING",
                    "SourceConfiguration": {},
                    "InstanceConfiguration": {"InstanceRoleArn": BOSS},
                    "AutoScalingConfigurationSummary": {},
                    "NetworkConfiguration": {"IngressConfiguration": {"IsPubliclyAccessible": False}},
                }
            },
        }
    ],
}
POOLS = {
    "cognito-identity:ListIdentityPools": {
        "IdentityPools": [{"IdentityPoolId": f"{REGION}:0a1b", "IdentityPoolName": "app"}]
    },
    "cognito-identity:GetIdentityPoolRoles": [
        {"parameters": {"IdentityPoolId": f"{REGION}:0a1b"}, "response": {"Roles": {"authenticated": BOSS}}}
    ],
    "cognito-idp:ListUserPools": {"UserPools": [{"Id": f"{REGION}_abc", "Name": "people"}]},
}
BUILDERS = {
    "cloudformation:ListStackSets": {"Summaries": [{"StackSetName": "base", "StackSetId": "base:0a1b"}]},
    "codedeploy:ListApplications": {"applications": ["shop"]},
    "codedeploy:ListDeploymentGroups": [
        {
            "parameters": {"applicationName": "shop"},
            "response": {"applicationName": "shop", "deploymentGroups": ["prod"]},
        }
    ],
}
AGENTS = {
    "bedrock-agentcore-control:ListCodeInterpreters": {
        "codeInterpreterSummaries": [
            {
                "codeInterpreterId": "ci-1",
                "codeInterpreterArn": f"arn:aws:bedrock-agentcore:{PLACE}:code-interpreter-custom/ci-1",
                "name": "ci",
                "status": "READY",
                "createdAt": AT,
            }
        ]
    },
    "bedrock-agentcore-control:GetCodeInterpreter": [
        {
            "parameters": {"codeInterpreterId": "ci-1"},
            "response": {
                "codeInterpreterId": "ci-1",
                "codeInterpreterArn": f"arn:aws:bedrock-agentcore:{PLACE}:code-interpreter-custom/ci-1",
                "name": "ci",
                "executionRoleArn": BOSS,
                "networkConfiguration": {"networkMode": "PUBLIC"},
                "status": "READY",
                "createdAt": AT,
                "lastUpdatedAt": AT,
            },
        }
    ],
}
ENVIRONMENTS = {
    "elasticbeanstalk:DescribeEnvironments": {
        "Environments": [
            {
                "EnvironmentId": "e-1",
                "EnvironmentName": "shop-web",
                "ApplicationName": "shop",
                "EnvironmentArn": f"arn:aws:elasticbeanstalk:{PLACE}:environment/shop/web",
                "Status": "Ready",
            }
        ]
    },
    "elasticbeanstalk:DescribeEnvironmentResources": [
        {
            "parameters": {"EnvironmentId": "e-1"},
            "response": {"EnvironmentResources": {"Instances": [{"Id": "i-0a1b2c3d4e5f60718"}]}},
        }
    ],
    "ec2:DescribeInstances": {
        "Reservations": [
            {
                "OwnerId": ACCOUNT,
                "Instances": [
                    {
                        "InstanceId": "i-0a1b2c3d4e5f60718",
                        "State": {"Name": "running"},
                        "IamInstanceProfile": {"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/boss"},
                    }
                ],
            }
        ]
    },
}
EMR_CLUSTER = f"arn:aws:elasticmapreduce:{PLACE}:cluster/j-1"
SPARK = {
    "emr:ListClusters": {
        "Clusters": [{"Id": "j-1", "Name": "spark", "ClusterArn": EMR_CLUSTER, "Status": {"State": "WAITING"}}]
    },
    "emr:DescribeCluster": [
        {
            "parameters": {"ClusterId": "j-1"},
            "response": {
                "Cluster": {"Id": "j-1", "Name": "spark", "Ec2InstanceAttributes": {"IamInstanceProfile": "boss"}}
            },
        }
    ],
}
FUNCTIONS = {
    "lambda:ListFunctions": {
        "Functions": [
            {"FunctionName": "orders", "FunctionArn": f"arn:aws:lambda:{PLACE}:function:orders", "Role": BOSS}
        ]
    }
}
EVERY = (
    *(TASKS, BATCH, NOTEBOOKS, STUDIO, MACHINES, WEB_SERVICES, POOLS, BUILDERS, AGENTS, ENVIRONMENTS, SPARK),
    *(FUNCTIONS, PIPELINES),
)
