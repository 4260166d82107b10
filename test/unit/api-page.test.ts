import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apiReference } from '../support/api-page.ts';
import { ROOT } from '../support/run.ts';

const PAGE = join(ROOT, 'docs', 'api.md');
const [OPEN, CLOSE] = ['<!-- reference -->', '<!-- /reference -->'];

test('docs/api.md has every route, parameter and answer as the OpenAPI document has them', async () => {
  const [prose = ''] = readFileSync(PAGE, 'utf8').split(OPEN);

  await expect(`${prose}${OPEN}\n\n${apiReference()}\n${CLOSE}\n`).toMatchFileSnapshot(PAGE);
});
