import type { Callback } from '../shared/callbacks/callback.ts';
import type { Output } from './serverless-types.ts';

const SUFFIX = 'CallbackUrl';

/** The output that holds the URL of a callback. `functionId` is its function's logical id without its suffix. */
export const urlOutput = ({ name, path }: Callback, functionId: string): Record<string, Output> => ({
  [`${functionId}${SUFFIX}`]: {
    Description: name,
    Value: { 'Fn::Sub': `https://\${HttpApi}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}${path}` },
  },
});

/** An output of a deployed stack, as CloudFormation describes it. */
export type StackOutput = {
  OutputKey?: string | undefined;
  OutputValue?: string | undefined;
  Description?: string | undefined;
};

/** The URLs among the outputs of a deployed stack, by callback. */
export const urlsOf = (outputs: readonly StackOutput[]): Record<string, string> =>
  Object.fromEntries(
    outputs
      .filter(({ OutputKey }) => OutputKey?.endsWith(SUFFIX))
      .map(({ Description = '', OutputValue = '' }) => [Description, OutputValue]),
  );

const SHOWN = ['CallsQueueUrl', 'CallsDeadLetterQueueUrl', 'CallsTableName', 'DashboardUrl'];

/** What is worth reading after a deployment: the callbacks' URLs, then queues, table and dashboard. */
export const outputLines = (outputs: readonly StackOutput[]): string[] => [
  ...urlLines(urlsOf(outputs)),
  ...outputs
    .filter(({ OutputKey = '' }) => SHOWN.includes(OutputKey))
    .map(({ Description, OutputValue }) => `${Description}: ${OutputValue}`),
];

/** A line for each callback, names padded to the longest. */
export const urlLines = (urls: Record<string, string>): string[] => {
  const width = Math.max(0, ...Object.keys(urls).map((name) => name.length));
  return Object.entries(urls)
    .sort()
    .map(([name, url]) => `${name.padEnd(width)}  ${url}`);
};
