import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Template } from '../../infrastructure/serverless-types.ts';

/** What a deployment asks of AWS, in order, and what came of it. */
export type RecordingAws = {
  endpoint: string;
  /** Without the one that Serverless makes before any plugin has its turn: who is calling. */
  calls: string[];
  /** The region that each request was signed for. */
  regions: string[];
  /** What CloudFormation was asked, by action. */
  requests: (action: string) => URLSearchParams[];
  /** Objects in the deployment bucket. */
  objects: Map<string, Buffer>;
  /** What the user pools were asked, in order. */
  invitations: Invitation[];
  /** Users of any pool by name, and how far they are. */
  users: Map<string, 'FORCE_CHANGE_PASSWORD' | 'CONFIRMED'>;
  /** The template that the stack was last created or updated with. */
  template: () => Template;
  stop: () => Promise<void>;
};

/** A user to be created in a user pool. */
export type Invitation = { UserPoolId: string; Username: string; MessageAction?: string };

const ACCOUNT = '000000000000';
const BUCKET = 'deployment-bucket';

/**
 * Speaks as much of STS, CloudFormation, S3, Lambda, CloudWatch Logs, ECR and Cognito as
 * `serverless` and the commands ask for. Nothing is created: a stack is the template that was
 * sent, complete at once.
 */
export const startRecordingAws = async (): Promise<RecordingAws> => {
  const calls: string[] = [];
  const regions: string[] = [];
  const requests: URLSearchParams[] = [];
  const objects = new Map<string, Buffer>();
  const invitations: Invitation[] = [];
  const users: RecordingAws['users'] = new Map();
  let stack: StackState | undefined;

  const templateBody = (parameters: URLSearchParams): string => {
    const url = parameters.get('TemplateURL');
    const key =
      url && decodeURIComponent(new URL(url).pathname).replace(`/${BUCKET}/`, '').replace(/^\//, '');
    return (key ? objects.get(key)?.toString() : parameters.get('TemplateBody')) ?? '';
  };

  const cloudFormation: Record<string, (parameters: URLSearchParams) => string | undefined> = {
    DescribeStacks: () => stack && `<Stacks><member>${describe(stack)}</member></Stacks>`,
    CreateChangeSet: (parameters) => {
      const name = parameters.get('StackName') ?? '';
      const action = parameters.get('ChangeSetType') ?? 'UPDATE';
      stack = { name, action, body: templateBody(parameters), isProtected: false };
      return `<Id>change-set</Id><StackId>${name}</StackId>`;
    },
    DescribeChangeSet: () =>
      `<Status>CREATE_COMPLETE</Status><StackId>${stack?.name}</StackId><Changes><member><Type>Resource</Type></member></Changes>`,
    ExecuteChangeSet: () => '',
    DeleteChangeSet: () => '',
    DescribeStackEvents: () => `<StackEvents>${events(stack)}</StackEvents>`,
    DescribeStackResource: () =>
      `<StackResourceDetail><PhysicalResourceId>${BUCKET}</PhysicalResourceId></StackResourceDetail>`,
    ListStackResources: () => '<StackResourceSummaries/>',
    ValidateTemplate: () => '<Parameters/>',
    UpdateTerminationProtection: (parameters) => {
      if (stack) stack.isProtected = parameters.get('EnableTerminationProtection') === 'true';
      return `<StackId>${stack?.name}</StackId>`;
    },
    DeleteStack: () => {
      if (stack) stack.action = 'DELETE';
      return '';
    },
  };

  const answerQuery = (parameters: URLSearchParams): string => {
    const action = parameters.get('Action') ?? '';
    if (action === 'GetCallerIdentity') {
      return xml(action, `<Account>${ACCOUNT}</Account><Arn>arn:aws:iam::${ACCOUNT}:user/deployer</Arn>`);
    }
    calls.push(`CloudFormation ${action}`);
    requests.push(parameters);
    const result = cloudFormation[action]?.(parameters);
    return result === undefined
      ? missing(`Stack with id ${parameters.get('StackName')} does not exist`)
      : xml(action, result);
  };

  const query = (parameters: URLSearchParams, response: ServerResponse): void => {
    const answer = answerQuery(parameters);
    response.writeHead(answer.startsWith('<ErrorResponse>') ? 400 : 200, { 'content-type': 'text/xml' });
    response.end(answer);
  };

  const s3 = (request: IncomingMessage, url: URL, body: Buffer, response: ServerResponse): void => {
    const key = decodeURIComponent(url.pathname).replace(`/${BUCKET}`, '').slice(1);
    const operation = `${request.method} ${key === '' ? 'bucket' : 'object'}${url.searchParams.has('delete') ? ' delete' : ''}`;
    calls.push(`S3 ${operation}`);
    if (operation === 'PUT object') objects.set(key, body);
    if (operation === 'POST bucket delete') objects.clear();
    const keys = [...objects.keys()].map((name) => `<Contents><Key>${name}</Key></Contents>`);
    response.writeHead(200, { 'content-type': 'application/xml', etag: '"0"' });
    response.end(operation === 'GET bucket' ? `<ListBucketResult>${keys.join('')}</ListBucketResult>` : '');
  };

  const json = (name: string, status: number, body: object, response: ServerResponse): void => {
    calls.push(name);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

  const createUser = (invitation: Invitation, response: ServerResponse): void => {
    const { Username, MessageAction } = invitation;
    const found = users.get(Username);
    const refusal = MessageAction === 'RESEND' ? RESEND_REFUSALS[String(found)] : found && 'UsernameExists';
    invitations.push(invitation);
    if (!refusal) users.set(Username, 'FORCE_CHANGE_PASSWORD');
    const body = refusal ? { __type: `${refusal}Exception` } : { User: { Username } };
    json('Cognito AdminCreateUser', refusal ? 400 : 200, body, response);
  };

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, region = ''] = /Credential=[^/]+\/\d+\/([^/]+)/.exec(request.headers.authorization ?? '') ?? [];
    regions.push(region);
    const target = String(request.headers['x-amz-target'] ?? '');
    if (target.startsWith('Logs_')) return json(`Logs ${target.split('.')[1]}`, 200, {}, response);
    if (target.endsWith('.AdminCreateUser')) return createUser(JSON.parse(body.toString()), response);
    if (target.includes('ContainerRegistry')) {
      return json(`ECR ${target.split('.')[1]}`, 400, { __type: 'RepositoryNotFoundException' }, response);
    }
    if (url.pathname.startsWith('/2015-03-31/')) {
      return json('Lambda GetFunction', 404, { __type: 'ResourceNotFoundException' }, response);
    }
    if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
      return query(new URLSearchParams(body.toString()), response);
    }
    return s3(request, url, body, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    regions,
    requests: (action) => requests.filter((parameters) => parameters.get('Action') === action),
    objects,
    invitations,
    users,
    template: () => JSON.parse(stack?.body ?? '{}'),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const RESEND_REFUSALS: Record<string, string> = {
  undefined: 'UserNotFound',
  CONFIRMED: 'UnsupportedUserState',
};

type StackState = { name: string; action: string; body: string; isProtected: boolean };

const describe = ({ name, action, body, isProtected }: StackState): string => {
  const { Outputs = {} }: Partial<Template> = JSON.parse(body);
  const outputs = Object.entries(Outputs).map(
    ([key, { Description, Value }]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${literal(Value)}</OutputValue><Description>${Description ?? ''}</Description></member>`,
  );
  return `<StackName>${name}</StackName><StackId>${name}</StackId><StackStatus>${action}_COMPLETE</StackStatus><EnableTerminationProtection>${isProtected}</EnableTerminationProtection><Outputs>${outputs.join('')}</Outputs>`;
};

const VALUES: Record<string, string> = {
  HttpApi: 'abc123',
  'AWS::Region': 'eu-central-1',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** A value as CloudFormation would resolve it, as far as outputs need. */
const literal = (value: unknown): string => {
  const {
    Ref: ref,
    'Fn::Sub': sub,
    'Fn::GetAtt': attribute,
  } = value as { Ref?: string; 'Fn::Sub'?: string | [string, object]; 'Fn::GetAtt'?: string[] };
  if (sub !== undefined) {
    const [text] = [sub].flat();
    return String(text).replaceAll(/\$\{([\w:]+)\}/g, (_, name) => VALUES[name] ?? name);
  }
  return `the-${ref ?? attribute?.join('-')}`;
};

const events = (stack: StackState | undefined): string =>
  ['COMPLETE', 'IN_PROGRESS']
    .map(
      (status) =>
        `<member><EventId>${stack?.action}-${status}</EventId><StackName>${stack?.name}</StackName><LogicalResourceId>${stack?.name}</LogicalResourceId><ResourceType>AWS::CloudFormation::Stack</ResourceType><ResourceStatus>${stack?.action}_${status}</ResourceStatus></member>`,
    )
    .join('');

const xml = (action: string, result: string): string =>
  `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;

const missing = (message: string): string =>
  `<ErrorResponse><Error><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`;
