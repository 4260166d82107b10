import type { Template } from './serverless-types.ts';

const RELAY = 'RelayEventSourceMappingDynamodbCallsTable';
const ARCHIVER = 'ArchiverEventSourceMappingSQSRecordingsQueue';

/** Switches off what wakes functions that have nothing to do: a queue that is polled costs, even if it is empty. */
export const switchOffIdleSources = (
  { Resources }: Template,
  { archives, tellsEvents }: { archives: boolean; tellsEvents: boolean },
): void => {
  const idle = [...(archives ? [] : [ARCHIVER]), ...(archives || tellsEvents ? [] : [RELAY])];
  for (const id of idle) {
    const source = Resources[id];
    if (source === undefined) throw new Error(`the template has no ${id}`);
    source.Properties.Enabled = false;
  }
};
