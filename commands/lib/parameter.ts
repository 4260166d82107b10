import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { CommandError } from './command-error.ts';
import { credentialsError } from './credentials.ts';

/** A secret in SSM Parameter Store. */
export type Parameter = {
  /** Its value; undefined if there is none. */
  read: () => Promise<string | undefined>;
  /** Rejects if it was to be the first, and another one was faster. */
  write: (value: string, options: { isFirst: boolean }) => Promise<void>;
};

/**
 * The secret of that name in a region. Its methods reject with a CommandError that says what to do.
 */
export const parameterAt = (Name: string, region: string): Parameter => {
  const ssm = new SSMClient({ region });
  return {
    read: async () => {
      try {
        const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
        return Parameter?.Value;
      } catch (error) {
        if ((error as Error).name === 'ParameterNotFound') return undefined;
        throw explain(error as Error, Name, region);
      }
    },
    write: async (Value, { isFirst }) => {
      const command = new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: !isFirst });
      try {
        await ssm.send(command);
      } catch (error) {
        throw explain(error as Error, Name, region);
      }
    },
  };
};

const explain = (error: Error, name: string, region: string): CommandError =>
  credentialsError(error) ??
  new CommandError(
    error.name === 'ParameterAlreadyExists'
      ? `${name} was just created by somebody else: run this again.`
      : `Parameter Store in ${region}: ${error.message || error.name}`,
  );
