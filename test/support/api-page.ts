import { openApi } from '../../shared/api/openapi.ts';

type Schema = {
  type?: string;
  enum?: string[];
  const?: string;
  pattern?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  items?: Schema;
  anyOf?: Schema[];
  $ref?: string;
  properties?: Record<string, Schema & { description?: string }>;
  required?: string[];
  additionalProperties?: unknown;
};
type Response = { description: string; content?: { 'application/json': { schema: Schema } } };
type Parameter = { name: string; description?: string; required: boolean; schema: Schema };
type Operation = {
  summary: string;
  parameters?: Parameter[];
  requestBody?: Response;
  responses: Record<string, Response>;
};

const document = JSON.parse(JSON.stringify(openApi())) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

/** The routes of the OpenAPI document, as docs/api.md has them. */
export const apiReference = (): string =>
  Object.entries(document.paths)
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) =>
        routeOf(`${method.toUpperCase()} ${path}`, operation),
      ),
    )
    .join('\n');

const routeOf = (route: string, { summary, parameters = [], requestBody, responses }: Operation): string => {
  const rows = parameters.map(
    ({ name, description = '', required, schema }) =>
      `| \`${name}\` | ${valuesOf(schema)} | ${[description, required && 'Needed.'].filter(Boolean).join(' ')} |`,
  );
  const answers = Object.entries(responses).map(
    ([status, { description, content }]) =>
      `| ${status} | ${description} | ${content ? `\`${shapeOf(content['application/json'].schema)}\`` : ''} |`,
  );
  return [
    `### \`${route}\``,
    '',
    summary,
    '',
    ...(rows.length > 0 ? ['| parameter | value | |', '|---|---|---|', ...rows, ''] : []),
    ...(requestBody
      ? [`Body: \`${shapeOf(requestBody.content?.['application/json'].schema ?? {})}\``, '']
      : []),
    '| status | | body |',
    '|---|---|---|',
    ...answers,
    '',
  ].join('\n');
};

// A longer list is in the document itself.
const MAX_VALUES = 8;

const valuesOf = ({
  enum: values,
  anyOf,
  type,
  minimum,
  maximum,
  default: preset,
  items,
}: Schema): string => {
  const told = (() => {
    if (anyOf) return anyOf.map(valuesOf).join(', ');
    if (values)
      return values.length > MAX_VALUES ? 'a name' : values.map((value) => `\`${value}\``).join(', ');
    if (type === 'integer') return `${minimum} to ${maximum}`;
    return items ? 'text, repeatable' : 'text';
  })().replace(', text', ', `unknown:<code>`');
  return preset === undefined ? told : `${told}; default ${preset}`;
};

// Their fields are in docs/records.md and docs/reports.md.
const DESCRIBED = ['Call', 'Row', 'Figures'];

/** The shape of an answer: `{"calls":[Call],"cursor"?}`. */
const shapeOf = (schema: Schema): string => {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return DESCRIBED.includes(name) ? name : shapeOf(document.components.schemas[name] ?? {});
  }
  if (schema.anyOf) return schema.anyOf.map(shapeOf).join(' or ');
  if (schema.const) return JSON.stringify(schema.const);
  if (schema.items)
    return schema.items.properties || schema.items.$ref ? `[${shapeOf(schema.items)}]` : '[…]';
  if (!schema.properties) return schema.additionalProperties ? '{…}' : '…';
  const fields = Object.entries(schema.properties).map(([name, field]) => {
    const shape = shapeOf(field);
    const optional = schema.required?.includes(name) ? '' : '?';
    return `"${name}"${optional}${shape === '…' ? '' : `:${shape}`}`;
  });
  return `{${fields.join(',')}}`;
};
