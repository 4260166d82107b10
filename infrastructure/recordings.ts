import type { Template } from './serverless-types.ts';

// What wakes the functions that do nothing but archive.
const SOURCES = ['RelayEventSourceMappingDynamodbCallsTable', 'ArchiverEventSourceMappingSQSRecordingsQueue'];

/** Lets nothing ask for recordings: a queue that is polled costs, even if it is empty. */
export const archiveNothing = ({ Resources }: Template): void => {
  for (const id of SOURCES) {
    const source = Resources[id];
    if (source === undefined) throw new Error(`the template has no ${id}`);
    source.Properties.Enabled = false;
  }
};
