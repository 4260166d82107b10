import type { CallFilters } from '../../../shared/calls/filters.ts';
import { FILTERS, filtersOf, PAGE, readParameters } from '../../../shared/calls/parameters.ts';
import { type Given, optionsFor, readAs, usageFor } from './as-options.ts';

const PARAMETERS = { ...FILTERS, ...PAGE };

/** What the API can be asked for, as options. */
export const FILTER_OPTIONS = optionsFor(PARAMETERS);

/** The options as the usage lists them. */
export const FILTER_USAGE = usageFor(PARAMETERS);

/** Those that say which calls are meant, and nothing of pages. */
export const WHOLE_OPTIONS = optionsFor(FILTERS);
export const WHOLE_USAGE = usageFor(FILTERS);

/** What the command line asks for. */
export type Asked = { filters: CallFilters & { zone: string }; limit: number; cursor: string | undefined };

/** Reads the options as the API reads its parameters. */
export const readOptions = (given: Given): Asked =>
  readAs(PARAMETERS, given, (query) => {
    const { limit, cursor, ...parameters } = readParameters(PARAMETERS, query);
    return { filters: filtersOf(parameters), limit, cursor };
  });
