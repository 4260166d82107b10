import type { Resource, Template } from './serverless-types.ts';

/** The parts of a template that can fail while nobody waits for an answer, by logical id. */
export type Watched = {
  /** Queues of messages that failed every attempt. */
  deadLetterQueues: string[];
  /** Queues that name the parts of a stream that were given up. */
  failureQueues: string[];
  /** Functions that read streams. */
  streamReaders: string[];
};

/**
 * Finds them in the template, so that a new queue or function is watched without being listed.
 * Disabled sources are left out.
 */
export const watchedIn = ({ Resources }: Pick<Template, 'Resources'>): Watched => {
  const ofType = (type: string): Resource['Properties'][] =>
    Object.values(Resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));
  const sources = ofType('AWS::Lambda::EventSourceMapping').filter(({ Enabled }) => Enabled !== false);
  const streams = sources.filter(({ EventSourceArn }) => attributeOf(EventSourceArn) === 'StreamArn');
  return {
    deadLetterQueues: idsIn(
      ofType('AWS::SQS::Queue').map(({ RedrivePolicy }) => at(RedrivePolicy, 'deadLetterTargetArn')),
    ),
    failureQueues: idsIn(
      sources.map(({ DestinationConfig }) => at(at(DestinationConfig, 'OnFailure'), 'Destination')),
    ),
    streamReaders: idsIn(streams.map(({ FunctionName }) => FunctionName)),
  };
};

const at = (value: unknown, key: string): unknown => (value as Record<string, unknown> | undefined)?.[key];

const referenceOf = (value: unknown): string[] => (at(value, 'Fn::GetAtt') as string[] | undefined) ?? [];

const attributeOf = (value: unknown): string | undefined => referenceOf(value)[1];

const idsIn = (values: unknown[]): string[] => [
  ...new Set(values.flatMap((value) => referenceOf(value).slice(0, 1))),
];
