/**
 * Actions and their resources: ARNs without their first part, for names of the stack `STACK` in
 * `REGION`.
 */
export type Permission = { actions: string[]; resources: string[] };

const of = (service: string, resources: string[], ...actions: string[]): Permission => ({
  actions: actions.map((action) => `${service}:${action}`),
  resources,
});

const NAMED = 'STACK-*';
const ANY = ['*'];
const api = (service: string, path: string) => [`${service}:REGION::${path}`];
const regional = (service: string, name: string) => [`${service}:REGION:*:${name}`];

const QUEUES = regional('sqs', NAMED);
const TABLES = regional('dynamodb', `table/${NAMED}`);
const FUNCTIONS = regional('lambda', `function:${NAMED}`);
const TOPICS = regional('sns', NAMED);
const BUCKETS = [`s3:::${NAMED}`];
const LOG_GROUPS = [
  ...regional('logs', 'log-group:/aws/lambda/STACK-*'),
  ...regional('logs', 'log-group:/aws/http-api/STACK*'),
];
const USER_POOLS = regional('cognito-idp', 'userpool/*');
const APIS = [
  ...api('apigateway', '/apis'),
  ...api('apigateway', '/apis/*'),
  ...api('apigateway', '/tags/*'),
];
const DOMAINS = [...api('apigateway', '/domainnames'), ...api('apigateway', '/domainnames/*')];
const ROLES = [`iam::*:role/${NAMED}`];

const apiGateway = of('apigateway', APIS, 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TagResource');
const domainName = of('apigateway', DOMAINS, 'GET', 'POST', 'PATCH', 'DELETE');
const userPool = (...actions: string[]) => of('cognito-idp', USER_POOLS, ...actions);
// The pool itself, its clients and its domain.
const userPoolParts = userPool('CreateUserPool*', 'DescribeUserPool*', 'UpdateUserPool*', 'DeleteUserPool*');
const topic = of('sns', TOPICS, 'GetTopicAttributes', 'SetTopicAttributes');

/**
 * The actions that CloudFormation takes for the deployer to create, change and remove a resource of
 * each type.
 */
export const PERMISSIONS: Record<string, Permission[]> = {
  'AWS::ApiGatewayV2::Api': [apiGateway],
  'AWS::ApiGatewayV2::Authorizer': [apiGateway],
  'AWS::ApiGatewayV2::Integration': [apiGateway],
  'AWS::ApiGatewayV2::Route': [apiGateway],
  'AWS::ApiGatewayV2::Stage': [
    apiGateway,
    of(
      'logs',
      ANY,
      ...['*LogDelivery', 'ListLogDeliveries', 'PutResourcePolicy', 'DescribeResourcePolicies'],
    ),
  ],
  'AWS::ApiGatewayV2::DomainName': [
    domainName,
    of('iam', ['iam::*:role/aws-service-role/ops.apigateway.amazonaws.com/*'], 'CreateServiceLinkedRole'),
  ],
  'AWS::ApiGatewayV2::ApiMapping': [domainName],
  'AWS::CloudWatch::Alarm': [
    of(
      'cloudwatch',
      regional('cloudwatch', `alarm:${NAMED}`),
      ...['PutMetricAlarm', 'DescribeAlarms', 'DeleteAlarms'],
      ...['ListTagsForResource', 'TagResource', 'UntagResource'],
    ),
  ],
  'AWS::CloudWatch::Dashboard': [
    of(
      'cloudwatch',
      [`cloudwatch::*:dashboard/${NAMED}`],
      'PutDashboard',
      'GetDashboard',
      'DeleteDashboards',
    ),
  ],
  'AWS::Cognito::UserPool': [
    userPoolParts,
    userPool('GetUserPoolMfaConfig', 'SetUserPoolMfaConfig'),
    userPool('ListTagsForResource', 'TagResource', 'UntagResource'),
    // Neither names a resource before it exists.
    of('cognito-idp', ANY, 'CreateUserPool', 'DescribeUserPoolDomain'),
  ],
  'AWS::Cognito::UserPoolClient': [userPoolParts],
  'AWS::Cognito::UserPoolDomain': [userPoolParts],
  'AWS::Cognito::UserPoolResourceServer': [userPool('*ResourceServer')],
  'AWS::Cognito::ManagedLoginBranding': [userPool('*ManagedLoginBranding*')],
  'AWS::DynamoDB::Table': [
    of(
      'dynamodb',
      TABLES,
      ...['CreateTable', 'DescribeTable', 'UpdateTable', 'DeleteTable'],
      ...['*TimeToLive', '*ContinuousBackups'],
      ...['DescribeContributorInsights', 'DescribeKinesisStreamingDestination', 'GetResourcePolicy'],
      ...['ListTagsOfResource', 'TagResource', 'UntagResource'],
    ),
  ],
  'AWS::Events::EventBus': [
    of(
      'events',
      regional('events', 'event-bus/STACK'),
      ...['*EventBus', 'ListTagsForResource', 'TagResource', 'UntagResource'],
    ),
  ],
  'AWS::Events::Rule': [
    of(
      'events',
      regional('events', `rule/${NAMED}`),
      ...['PutRule', 'DescribeRule', 'DeleteRule', '*Targets', 'ListTargetsByRule'],
      ...['ListTagsForResource', 'TagResource', 'UntagResource'],
    ),
  ],
  'AWS::IAM::Role': [
    of(
      'iam',
      ROLES,
      ...['CreateRole', 'GetRole', 'UpdateRole', 'DeleteRole', 'UpdateAssumeRolePolicy'],
      ...['PutRolePolicy', 'GetRolePolicy', 'DeleteRolePolicy', 'ListRolePolicies'],
      ...['ListAttachedRolePolicies', 'TagRole', 'UntagRole', 'ListRoleTags'],
    ),
  ],
  'AWS::Lambda::EventSourceMapping': [
    // Neither names a resource before it exists.
    of('lambda', ANY, '*EventSourceMapping'),
    of('lambda', regional('lambda', 'event-source-mapping:*'), 'ListTags', 'TagResource', 'UntagResource'),
  ],
  'AWS::Lambda::Function': [
    of(
      'lambda',
      FUNCTIONS,
      ...['CreateFunction', 'GetFunction', 'GetFunctionConfiguration', 'DeleteFunction'],
      ...['UpdateFunctionCode', 'UpdateFunctionConfiguration', 'GetFunctionCodeSigningConfig'],
      ...['GetFunctionRecursionConfig', 'GetRuntimeManagementConfig', 'PutFunctionConcurrency'],
      ...['DeleteFunctionConcurrency', 'ListTags', 'TagResource', 'UntagResource'],
    ),
    of('iam', ROLES, 'PassRole'),
    of('s3', [`s3:::${NAMED}/*`], 'GetObject'),
  ],
  'AWS::Lambda::Permission': [of('lambda', FUNCTIONS, 'AddPermission', 'RemovePermission', 'GetPolicy')],
  'AWS::Logs::LogGroup': [
    of(
      'logs',
      LOG_GROUPS,
      ...['CreateLogGroup', 'DeleteLogGroup', 'PutRetentionPolicy', 'DeleteRetentionPolicy'],
      ...['GetDataProtectionPolicy', 'ListTagsForResource', 'TagResource', 'UntagResource'],
    ),
    of('logs', ANY, 'DescribeLogGroups', 'DescribeIndexPolicies'),
  ],
  'AWS::Logs::MetricFilter': [
    of('logs', LOG_GROUPS, 'PutMetricFilter', 'DescribeMetricFilters', 'DeleteMetricFilter'),
  ],
  'AWS::S3::Bucket': [
    of(
      's3',
      BUCKETS,
      ...['CreateBucket', 'DeleteBucket', 'ListBucket', 'GetBucketLocation'],
      // Get and Put.
      ...['*EncryptionConfiguration', '*LifecycleConfiguration', '*BucketOwnershipControls'],
      ...['*BucketPublicAccessBlock', '*BucketTagging', 'GetBucketVersioning'],
    ),
  ],
  'AWS::S3::BucketPolicy': [of('s3', BUCKETS, '*BucketPolicy')],
  'AWS::SNS::Subscription': [
    of(
      'sns',
      TOPICS,
      ...['Subscribe', 'Unsubscribe', 'GetSubscriptionAttributes', 'SetSubscriptionAttributes'],
      'ListSubscriptionsByTopic',
    ),
  ],
  'AWS::SNS::Topic': [
    topic,
    of(
      'sns',
      TOPICS,
      ...['CreateTopic', 'DeleteTopic', 'GetDataProtectionPolicy', 'ListSubscriptionsByTopic'],
      ...['ListTagsForResource', 'TagResource', 'UntagResource'],
    ),
  ],
  'AWS::SNS::TopicPolicy': [topic],
  'AWS::SQS::Queue': [
    of(
      'sqs',
      QUEUES,
      ...['CreateQueue', 'DeleteQueue', 'GetQueueUrl', 'GetQueueAttributes', 'SetQueueAttributes'],
      ...['ListQueueTags', 'TagQueue', 'UntagQueue'],
    ),
  ],
  'AWS::SQS::QueuePolicy': [of('sqs', QUEUES, 'GetQueueAttributes', 'SetQueueAttributes')],
};

/** The actions that Serverless itself takes to deploy and remove a stack. */
export const SERVERLESS_PERMISSIONS: Permission[] = [
  of(
    'cloudformation',
    regional('cloudformation', 'stack/STACK/*'),
    ...['*ChangeSet', 'DescribeStack*', 'ListStackResources', 'GetTemplate'],
    ...['UpdateTerminationProtection', 'DeleteStack'],
  ),
  of('cloudformation', ANY, 'ValidateTemplate'),
  of('s3', [`s3:::${NAMED}/*`], 'GetObject', 'PutObject', 'DeleteObject'),
  of('s3', BUCKETS, 'ListBucket', 'ListBucketVersions', 'GetBucketLocation', 'GetBucketVersioning'),
  of('lambda', FUNCTIONS, 'GetFunction'),
  of('ecr', regional('ecr', 'repository/*'), 'DescribeRepositories'),
];
