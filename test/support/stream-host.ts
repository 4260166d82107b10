import { startDatabase } from '../../local/emulators.ts';
import { follow, TABLES } from './streamed-tables.ts';

// A database and a reader of its stream, to be killed.
const database = await startDatabase(Number(process.env.PORT), process.env.DATA_DIR, TABLES);
follow(database, 'full', async ({ Records }) => {
  for (const record of Records) process.send?.(record);
  return { batchItemFailures: [] };
});
process.send?.('up');
process.on('disconnect', () => process.exit());
