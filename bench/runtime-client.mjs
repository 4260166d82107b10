// The Lambda runtime client in its smallest form: loads the handler, then takes one event after the other from the Runtime API. It
// speaks HTTP by hand, as aws-lambda-ric does in native code: with node:http it would load what a function has to load itself.
import { connect } from 'node:net';
import { pathToFileURL } from 'node:url';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const socket = connect(Number(port), host).setNoDelay();

const call = (method, path, body = '') =>
  new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const onData = (part) => {
      received = Buffer.concat([received, part]);
      const end = received.indexOf('\r\n\r\n');
      if (end === -1) return;
      const lines = received.subarray(0, end).toString().split('\r\n').slice(1);
      const headers = Object.fromEntries(lines.map((line) => line.toLowerCase().split(': ')));
      if (received.length < end + 4 + Number(headers['content-length'])) return;
      socket.off('data', onData);
      resolve({ headers, body: received.subarray(end + 4).toString() });
    };
    socket.on('data', onData);
    socket.write(
      `${method} /2018-06-01/runtime/${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  });

const described = (error) => JSON.stringify({ errorType: error.name, errorMessage: error.message });

const load = async () => {
  try {
    return (await import(pathToFileURL(process.env._HANDLER).href)).handler;
  } catch (error) {
    await call('POST', 'init/error', described(error));
    throw error;
  }
};

const handler = await load();
for (;;) {
  const { headers, body } = await call('GET', 'invocation/next');
  const awsRequestId = headers['lambda-runtime-aws-request-id'];
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const context = { awsRequestId, getRemainingTimeInMillis: () => deadline - Date.now() };
  try {
    const response = await handler(JSON.parse(body), context);
    await call('POST', `invocation/${awsRequestId}/response`, JSON.stringify(response ?? null));
  } catch (error) {
    await call('POST', `invocation/${awsRequestId}/error`, described(error));
  }
}
