import { type ConversionConfig, toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { CallView } from '../calls/view.ts';
import { CallEvent } from '../events/call-event.ts';
import { Figures } from '../reports/figures.ts';
import { Row } from '../reports/report.ts';
import { Configuration } from './configuration.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';
import { webhooks } from './webhooks.ts';

const issues = v.array(v.object({ path: v.string(), message: v.string() }));

/** The answers of requests that get no result. */
const InvalidQuery = v.object({ error: v.literal('invalid_query'), issues });
const TooMany = v.object({ error: v.literal('too_many'), issues });
const errorOf = (error: string) => v.object({ error: v.literal(error) });
const notFound = (reason: v.GenericSchema | undefined) =>
  reason === undefined ? errorOf('not_found') : v.object({ error: v.literal('not_found'), reason });

const SCHEMAS = { Call: CallView, CallEvent, InvalidQuery, Row, Figures };

// The document leaves out what a schema computes, or checks by a function.
const CONVERSION: ConversionConfig = {
  target: 'draft-2020-12',
  typeMode: 'input',
  errorMode: 'ignore',
  definitions: SCHEMAS,
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
};

const schemaOf = (schema: v.GenericSchema) => {
  const { $schema: _, $defs: _1, ...document } = toJsonSchema(schema, CONVERSION);
  return document;
};

const parametersOf = ({ parameters }: Route) => {
  const { properties = {}, required = [] } = schemaOf(v.object(parameters));
  return Object.entries(properties).map(([name, property]) => {
    const {
      description,
      default: preset,
      ...schema
    } = property as { description?: string; default?: string; type?: string };
    return {
      name,
      in: 'query',
      description,
      // A default makes a parameter optional for the caller.
      required: required.includes(name) && preset === undefined,
      schema: {
        ...schema,
        ...(preset !== undefined && { default: schema.type === 'integer' ? Number(preset) : preset }),
      },
    };
  });
};

const json = (description: string, schema: v.GenericSchema) => ({
  description,
  content: { 'application/json': { schema: schemaOf(schema) } },
});

const UNAUTHORIZED = {
  401: { description: 'No token, or an invalid one' },
  403: { description: 'A token without the scope, or without the claim that the stage requires' },
};

const badRequestOf = ({ body, tooMany }: Route) => {
  const what = body
    ? 'The body cannot be read, or has an unknown field'
    : 'A parameter is unknown, is given twice or cannot be read';
  return tooMany === undefined
    ? json(what, InvalidQuery)
    : json(`${what}. ${tooMany}: \`too_many\``, v.union([InvalidQuery, TooMany]));
};

const operationOf = (route: Route) => ({
  [(route.method ?? 'GET').toLowerCase()]: {
    operationId: route.operation,
    summary: route.summary,
    parameters: parametersOf(route),
    ...(route.body && { requestBody: { required: true, ...json('The request', route.body) } }),
    responses: {
      [route.status ?? 200]: json(route.status === 202 ? 'Started' : 'Found', route.answer),
      400: badRequestOf(route),
      ...UNAUTHORIZED,
      ...(route.notFound && { 404: json(route.notFound, notFound(route.reason)) }),
      503: {
        ...json('The tables cannot be read at the moment', errorOf('unavailable')),
        headers: {
          'retry-after': { description: 'Seconds to wait', schema: { type: 'integer' } },
        },
      },
    },
  },
});

/** By path; a path can have several methods. */
const operations = () =>
  Object.fromEntries(
    [...Map.groupBy(routes, ({ path }) => path)].map(([path, some]) => [
      path,
      Object.assign({}, ...some.map(operationOf)),
    ]),
  );

const DOCUMENT = {
  get: {
    operationId: 'describe',
    summary: 'This document.',
    responses: { 200: json('OpenAPI 3.1', v.record(v.string(), v.unknown())), ...UNAUTHORIZED },
  },
};

const CONFIGURATION = {
  get: {
    operationId: 'configure',
    summary: 'What a client needs to know before it can sign in. Needs no token.',
    security: [],
    responses: { 200: json('Found', Configuration) },
  },
};

/** The API as an OpenAPI 3.1 document, made from the schemas that it uses. */
export const openApi = () => ({
  openapi: '3.1.0',
  info: {
    title: 'nxcloud-callbacks',
    version: '1',
    description: 'Every call of NXCloud, once, in one vocabulary. Times are ISO 8601 UTC.',
  },
  components: {
    schemas: toJsonSchemaDefs(SCHEMAS, CONVERSION),
    securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
  },
  security: [{ token: [] }],
  paths: {
    ...operations(),
    '/api/openapi.json': DOCUMENT,
    '/config.json': CONFIGURATION,
  },
  webhooks: webhooks(),
});
