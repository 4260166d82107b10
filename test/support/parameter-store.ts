import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Input = { Name: string; Value?: string; Type?: string; Overwrite?: boolean; WithDecryption?: boolean };
type Parameter = { Value: string; Type: string | undefined };

/** SSM Parameter Store, as far as a parameter can be read and written. */
export const startParameterStore = async () => {
  const parameters = new Map<string, Parameter>();
  const calls: string[] = [];
  const answers: Record<string, (input: Input) => [status: number, body: object]> = {
    'AmazonSSM.GetParameter': ({ Name, WithDecryption }) => {
      const found = parameters.get(Name);
      if (!found) return [400, { __type: 'ParameterNotFound' }];
      const Value = WithDecryption ? found.Value : 'encrypted';
      return [200, { Parameter: { Name, ...found, Value } }];
    },
    'AmazonSSM.PutParameter': ({ Name, Value = '', Type, Overwrite = false }) => {
      if (parameters.has(Name) && !Overwrite) return [400, { __type: 'ParameterAlreadyExists' }];
      parameters.set(Name, { Value, Type });
      return [200, { Version: 1 }];
    },
  };
  const server = createServer(async (request, response) => {
    const target = String(request.headers['x-amz-target']);
    calls.push(target);
    const input = JSON.parse(await text(request)) as Input;
    const [status, body] = answers[target]?.(input) ?? [400, { __type: 'UnknownOperation' }];
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    parameters,
    calls,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

export type ParameterStore = Awaited<ReturnType<typeof startParameterStore>>;
