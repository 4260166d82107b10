import * as v from 'valibot';
import { FILTERS, filtersOf, InvalidQuery, readParameters } from '../calls/parameters.ts';
import { JOB_FORMATS } from '../exports/job.ts';
import { describeExport, startExport } from '../exports/requests.ts';
import { readBody } from './body.ts';
import type { Route } from './route.ts';

const text = v.string();
const count = v.pipe(v.number(), v.integer());

const VALUE = 'must be text, a number, true or false, or a list of texts';
const value = v.union([text, v.number(), v.boolean(), v.array(text)], VALUE);

const Wanted = v.strictObject({
  filters: v.optional(
    v.pipe(
      v.record(text, value, 'must be an object'),
      v.description('The parameters of /api/calls, without `limit` and `cursor`.'),
    ),
    {},
  ),
  format: v.picklist(JOB_FORMATS, `must be ${JOB_FORMATS.join(' or ')}`),
  lang: v.optional(
    v.pipe(v.picklist(['en', 'zh'], 'must be en or zh'), v.description('The language of the headers.')),
    'en',
  ),
  zone: v.pipe(
    v.optional(text),
    v.description('IANA time zone of dates and times. Default: that of the stage.'),
  ),
});

const Begun = v.object({ id: v.pipe(text, v.uuid()) });

export const beginExport: Route = {
  method: 'POST',
  path: '/api/exports',
  operation: 'beginExport',
  summary: 'Starts an export: writes the calls that the filters find into a file.',
  parameters: {},
  body: Wanted,
  status: 202,
  answer: Begun,
  handle: async (query, { audit, abortSignal, body }): Promise<v.InferOutput<typeof Begun>> => {
    readParameters({}, query);
    const { filters, format, lang, zone } = readBody(Wanted, body);
    const job = { format, language: lang, filters: readFilters(filters, zone) };
    const id = await startExport(job, abortSignal);
    audit({ action: 'export', export: id, calls: 0 });
    return { id };
  },
};

type Values = v.InferOutput<typeof Wanted>['filters'];

/** The filters as parameters; throws InvalidQuery that names the wrong ones. */
const readFilters = (values: Values, zone: string | undefined) => {
  const all = Object.entries({ ...values, ...(zone !== undefined && { zone }) });
  const pairs = all.flatMap(([name, given]) =>
    [given].flat().map((one): [string, string] => [name, String(one)]),
  );
  try {
    return filtersOf(readParameters(FILTERS, new URLSearchParams(pairs)));
  } catch (error) {
    if (!(error instanceof InvalidQuery)) throw error;
    throw new InvalidQuery(error.issues.map(({ path, message }) => ({ path: placeOf(path, zone), message })));
  }
};

const placeOf = (path: string, zone: string | undefined): string =>
  path === 'zone' && zone !== undefined ? path : `filters.${path}`;

const Told = v.union([
  v.object({
    state: v.literal('running'),
    done: v.pipe(count, v.description('How many calls have been written so far.')),
  }),
  v.object({
    state: v.literal('ready'),
    url: v.pipe(
      text,
      v.description(
        'The URL of the file, for 15 minutes; ask again for another. The file is kept for 7 days.',
      ),
    ),
    calls: count,
    bytes: count,
  }),
  v.object({ state: v.literal('failed'), reason: text }),
]);

const ONE = { id: v.pipe(text, v.uuid('must be the id of an export')) };

export const tellExport: Route = {
  path: '/api/exports',
  operation: 'tellExport',
  summary: 'The progress of an export, and the URL of its file.',
  parameters: ONE,
  answer: Told,
  notFound: 'The export does not exist, or its file was deleted',
  handle: async (query, { audit, abortSignal }): Promise<v.InferOutput<typeof Told> | undefined> => {
    const { id } = readParameters(ONE, query);
    const told = await describeExport(id, abortSignal);
    if (told?.state === 'ready') audit({ action: 'export', export: id, calls: told.calls });
    return told;
  },
};
