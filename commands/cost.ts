import { runCommand } from './lib/command.ts';
import { costTables, PARTS } from './lib/cost.ts';

const USAGE = `Usage: npm run cost

Prints what a deployed stage costs a month at list prices, as in docs/cost.md. Stages cost the same.
`;

await runCommand({
  usage: USAGE,
  ofAnyStage: true,
  run: async () => ({ text: costTables(), data: { parts: PARTS } }),
});
