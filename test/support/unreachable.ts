import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const CONNECTS_WITHIN_MS = 500;
const LISTEN = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;

/**
 * A port of localhost where connections are neither made nor refused, as if packets were lost on
 * the way.
 */
export const startUnreachable = async () => {
  const child = spawn(process.execPath, ['-e', LISTEN], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [text] = await once(child.stdout, 'data');
  const port = Number(text);
  // Stopped, it accepts nothing: the kernel makes as many connections as are allowed to wait, and
  // no more.
  child.kill('SIGSTOP');
  const waiting: Socket[] = [];
  do waiting.push(connect(port, '127.0.0.1').on('error', () => {}));
  while (await connects(waiting.at(-1)));
  const stop = () => {
    child.kill('SIGKILL');
    for (const socket of waiting) socket.destroy();
  };
  return { port, stop };
};

const connects = async (socket?: Socket): Promise<boolean> => {
  try {
    if (socket) await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECTS_WITHIN_MS) });
    return true;
  } catch {
    return false;
  }
};
