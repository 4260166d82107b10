import type { Callback } from '../shared/callbacks/callback.ts';
import { type CustomDomain, hostOf } from './custom-domain.ts';
import type { Output } from './serverless-types.ts';

const SUFFIX = 'CallbackUrl';

/**
 * The outputs of the stack: the URLs to paste into NXCloud's settings, and the names that people
 * need.
 */
export const outputs = (
  callbacks: readonly Callback[],
  domain: CustomDomain | undefined,
): Record<string, Output> => ({
  ...Object.fromEntries(callbacks.map((callback) => [keyOf(callback), url(callback, domain)])),
  ...(domain && { CustomDomainTarget: dnsTarget(domain) }),
  PageUrl: {
    Description: 'Calls in a browser, for those who may read them',
    Value: { 'Fn::Sub': `https://${hostOf(domain)}/` },
  },
  ReadApiUrl: {
    Description: 'Calls as JSON, for those who may read them',
    Value: { 'Fn::Sub': `https://${hostOf(domain)}/api/calls` },
  },
  DeliveriesQueueUrl: reference('DeliveriesQueue', 'Queue between receivers and consumer'),
  DeliveriesDeadLetterQueueUrl: reference(
    'DeliveriesDeadLetterQueue',
    'Queue of deliveries that could not be stored',
  ),
  ProjectorFailuresQueueUrl: reference(
    'ProjectorFailuresQueue',
    'Queue of stream positions that the projector gave up',
  ),
  RecordingsQueueUrl: reference('RecordingsQueue', 'Queue of recordings to fetch'),
  RecordingsDeadLetterQueueUrl: reference(
    'RecordingsDeadLetterQueue',
    'Queue of recordings that could not be archived',
  ),
  RelayFailuresQueueUrl: reference('RelayFailuresQueue', 'Queue of stream positions that the relay gave up'),
  ExportsQueueUrl: reference('ExportsQueue', 'Queue of requested exports'),
  ExportsDeadLetterQueueUrl: reference('ExportsDeadLetterQueue', 'Queue of exports that failed'),
  WebhooksDeadLetterQueueUrl: reference(
    'WebhooksDeadLetterQueue',
    'Queue of events that an endpoint did not accept',
  ),
  DeliveriesTableName: reference('DeliveriesTable', 'Table of received bodies'),
  CallsTableName: reference('CallsTable', 'Table of calls'),
  FilesBucketName: reference('FilesBucket', 'Bucket of recordings and exports'),
  AlarmTopicArn: reference('AlarmTopic', 'Topic that every alarm notifies'),
  DashboardUrl: {
    Description: 'Dashboard',
    Value: {
      'Fn::Sub': [
        `https://\${AWS::Region}.\${Console}/cloudwatch/home?region=\${AWS::Region}#dashboards/dashboard/\${Dashboard}`,
        { Console: { 'Fn::FindInMap': ['Console', { Ref: 'AWS::Partition' }, 'Host'] } },
      ],
    },
  },
});

/** The console's host in each partition, for which CloudFormation has no pseudo parameter. */
export const consoleMapping = {
  Console: {
    aws: { Host: 'console.aws.amazon.com' },
    'aws-cn': { Host: 'console.amazonaws.cn' },
    'aws-us-gov': { Host: 'console.amazonaws-us-gov.com' },
  },
};

const reference = (logicalId: string, Description: string): Output => ({
  Description,
  Value: { Ref: logicalId },
});

const keyOf = ({ name }: Callback): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}${SUFFIX}`;

const url = ({ name, path }: Callback, domain: CustomDomain | undefined): Output => ({
  Description: name,
  Value: { 'Fn::Sub': `https://${hostOf(domain)}${path}` },
});

const dnsTarget = ({ name }: CustomDomain): Output => ({
  Description: `CNAME to set for ${name} in DNS`,
  Value: { 'Fn::GetAtt': ['CustomDomain', 'RegionalDomainName'] },
});

/** An output of a deployed stack, as CloudFormation describes it. */
export type StackOutput = {
  OutputKey?: string | undefined;
  OutputValue?: string | undefined;
  Description?: string | undefined;
};

/** The URLs among the outputs of a deployed stack, by callback. */
export const urlsOf = (described: readonly StackOutput[]): Record<string, string> =>
  Object.fromEntries(
    described
      .filter(({ OutputKey }) => OutputKey?.endsWith(SUFFIX))
      .map(({ Description = '', OutputValue = '' }) => [Description, OutputValue]),
  );

const SHOWN = [
  'CustomDomainTarget',
  'PageUrl',
  'ReadApiUrl',
  'SignInUrl',
  'UserPoolId',
  'MachineClientId',
  'DeliveriesQueueUrl',
  'DeliveriesDeadLetterQueueUrl',
  'DeliveriesTableName',
  'CallsTableName',
  'FilesBucketName',
  'DashboardUrl',
];

/**
 * What a deployment prints: the callbacks' URLs, then the DNS record, queues, tables and dashboard.
 */
export const outputLines = (described: readonly StackOutput[]): string[] => [
  ...urlLines(urlsOf(described)),
  ...SHOWN.flatMap((key) => described.filter(({ OutputKey }) => OutputKey === key)).map(
    ({ Description, OutputValue }) => `${Description}: ${OutputValue}`,
  ),
];

/** A line for each callback, names padded to the longest. */
export const urlLines = (urls: Record<string, string>): string[] => {
  const width = Math.max(0, ...Object.keys(urls).map((name) => name.length));
  return Object.entries(urls)
    .sort()
    .map(([name, url]) => `${name.padEnd(width)}  ${url}`);
};
