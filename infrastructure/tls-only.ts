import type { Resource, Template } from './serverless-types.ts';

/** A policy for each queue of a template that refuses requests without TLS. */
export const tlsOnlyPolicies = ({ Resources }: Pick<Template, 'Resources'>): Record<string, Resource> =>
  Object.fromEntries(
    Object.keys(Resources)
      .filter((id) => Resources[id]?.Type === 'AWS::SQS::Queue')
      .map((id) => [`${id}Policy`, policyOf(id)]),
  );

const policyOf = (queue: string): Resource => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: queue }],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: { 'Fn::GetAtt': [queue, 'Arn'] },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  },
});
