import type { Template } from './serverless-types.ts';

const RELAY = 'RelayEventSourceMappingDynamodbCallsTable';
const ARCHIVER = 'ArchiverEventSourceMappingSQSRecordingsQueue';

/**
 * Switches off the sources of functions that have nothing to do: polling costs, even if the queue
 * is empty.
 */
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
