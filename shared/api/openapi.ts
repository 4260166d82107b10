import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { type Route, routes } from './routes.ts';

// What a schema computes of a value, or checks by a function, is no part of the document.
const OPTIONS = { typeMode: 'input', errorMode: 'ignore' } as const;

/** A schema as the document has it. */
const schemaOf = (schema: v.GenericSchema) => {
  const { $schema: _, ...document } = toJsonSchema(schema, OPTIONS);
  return document;
};

const parametersOf = ({ parameters }: Route) => {
  const { properties = {}, required = [] } = toJsonSchema(v.object(parameters), OPTIONS);
  return Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = typeof schema === 'object' ? schema : {};
    // A default makes a parameter optional to the caller.
    const isRequired = required.includes(name) && !('default' in rest);
    return { name, in: 'query', description, required: isRequired, schema: rest };
  });
};

const failure = (description: string, body: v.GenericSchema) => ({
  description,
  content: { 'application/json': { schema: schemaOf(body) } },
});

const Issues = v.array(v.object({ path: v.string(), message: v.string() }));
const errorOf = (error: string) => v.object({ error: v.literal(error) });

const operationOf = (route: Route) => ({
  get: {
    summary: route.summary,
    parameters: parametersOf(route),
    responses: {
      200: failure('Found', route.answer),
      400: failure(
        'A parameter is unknown or cannot be read',
        v.object({ error: v.literal('invalid_query'), issues: Issues }),
      ),
      401: { description: 'No valid token' },
      403: { description: 'A token without the scope, or without the claim that the stage requires' },
      404: failure('There is no such call', errorOf('not_found')),
      503: failure('The tables cannot be read right now', errorOf('unavailable')),
    },
  },
});

/** The API as an OpenAPI 3.1 document, made of the schemas that it works by. */
export const openApi = () => ({
  openapi: '3.1.0',
  info: {
    title: 'nxcloud-callbacks',
    version: '1',
    description: 'Every call of NXCloud, once, in one vocabulary. Times are ISO 8601 UTC.',
  },
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
  },
  security: [{ token: [] }],
  paths: Object.fromEntries(routes.map((route) => [route.path, operationOf(route)])),
});
