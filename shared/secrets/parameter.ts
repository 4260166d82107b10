import { getParameter } from '@aws-lambda-powertools/parameters/ssm';

const MAX_AGE_SECONDS = 60;

/** The secret in a parameter of SSM, at most a minute old; undefined if there is none. */
export const secretAt = async (name: string): Promise<string | undefined> => {
  try {
    return await getParameter(name, { decrypt: true, maxAge: MAX_AGE_SECONDS });
  } catch (error) {
    const { cause } = error as Error;
    if (cause instanceof Error && cause.name === 'ParameterNotFound') return undefined;
    throw cause ?? error;
  }
};
