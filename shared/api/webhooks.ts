import { EVENT_TYPES } from '../events/call-event.ts';

const SUMMARIES: Record<(typeof EVENT_TYPES)[number], string> = {
  'call.started': 'A call has begun.',
  'call.ended': 'A call has ended.',
  'call.updated': 'Something else is known about a call.',
};

const header = (name: string, description: string) => ({
  name,
  in: 'header',
  description,
  required: true,
  schema: { type: 'string' },
});

const PARAMETERS = [
  header('webhook-id', 'The id of the event, the same at every attempt.'),
  header('webhook-timestamp', 'The time of this attempt, in seconds since 1970.'),
  header(
    'webhook-signature',
    'As in Standard Webhooks: `v1,` and a signature for each secret, separated by spaces.',
  ),
];

/**
 * The events that endpoints receive, as webhooks of an OpenAPI 3.1 document with the schema
 * CallEvent.
 */
export const webhooks = () =>
  Object.fromEntries(
    EVENT_TYPES.map((type) => [
      type,
      {
        post: {
          operationId: type,
          summary: SUMMARIES[type],
          security: [],
          parameters: PARAMETERS,
          requestBody: {
            required: true,
            description: 'What happened to the call',
            content: {
              'application/json': {
                schema: {
                  allOf: [
                    { $ref: '#/components/schemas/CallEvent' },
                    { type: 'object', properties: { type: { const: type } } },
                  ],
                },
              },
            },
          },
          responses: {
            '2XX': {
              description: 'Accepted. After any other answer, or none within 10 s, the event is sent again',
            },
          },
        },
      },
    ]),
  );
