import type { CallFilters } from '../../../shared/calls/filters.ts';
import { FILTERS, filtersOf, PAGE, readParameters } from '../../../shared/calls/parameters.ts';
import { type Given, optionsFor, readAs, usageFor } from './as-options.ts';

const PARAMETERS = { ...FILTERS, ...PAGE };

/** The parameters of the API, as options. */
export const FILTER_OPTIONS = optionsFor(PARAMETERS);

/** The options as the usage lists them. */
export const FILTER_USAGE = usageFor(PARAMETERS);

/** The options that select calls, without those of pages. */
export const WHOLE_OPTIONS = optionsFor(FILTERS);
export const WHOLE_USAGE = usageFor(FILTERS);

/** The request of the command line. */
export type Asked = { filters: CallFilters & { zone: string }; limit: number; cursor: string | undefined };

/** Parses the options as the API parses its parameters. */
export const readOptions = (given: Given): Asked =>
  readAs(PARAMETERS, given, (query) => {
    const { limit, cursor, ...parameters } = readParameters(PARAMETERS, query);
    return { filters: filtersOf(parameters), limit, cursor };
  });
