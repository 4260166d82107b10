import { startQueues } from '../../local/emulators.ts';

const [port, dataDir] = process.argv.slice(2);
const { endpoint } = await startQueues(Number(port), dataDir);
process.send?.(Number(new URL(endpoint).port));
process.on('disconnect', () => process.exit());
