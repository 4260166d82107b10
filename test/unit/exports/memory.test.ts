import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plainEnvironment, ROOT, run } from '../../support/run.ts';

const SCRIPT = join(ROOT, 'test', 'support', 'export-many.ts');

// The calls alone are more than that. Of Parquet a group of 10,000 rows is in memory.
test.each([
  ['csv', 40],
  ['xlsx', 40],
  ['parquet', 120],
])('%s of 50,000 calls is written in %i MB of heap', async (format, heapMb) => {
  const { code, output } = await run(
    process.execPath,
    [`--max-old-space-size=${heapMb}`, SCRIPT, format, '50000'],
    plainEnvironment(),
  );

  expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^\d{6,}$/) });
});
