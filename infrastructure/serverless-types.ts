import type { StackOutput } from './outputs.ts';

/** The parts of Serverless that are used; it publishes no types. */
export type Serverless = {
  service: {
    service: string;
    functions: Record<string, FunctionDefinition>;
    resources: { Resources: Record<string, Resource> };
    provider: { compiledCloudFormationTemplate: Template };
  };
  processedInput: { commands: string[]; options: { package?: string; stage?: string; region?: string } };
  /** The schema by which Serverless validates serverless.yml. */
  configSchemaHandler: {
    schema: { properties: { provider: { properties: { region: { enum: string[] } } } } };
  };
  /** The plugin `info` of Serverless holds CloudFormation's description of the stack. */
  pluginManager: { plugins: { gatheredData?: { outputs: StackOutput[] } }[] };
  getProvider: (name: 'aws') => Provider;
  /** An error that Serverless prints without a stack trace. */
  classes: { Error: new (message: string) => Error };
  addServiceOutputSection: (name: string, lines: string[]) => void;
};

export type FunctionDefinition = {
  role?: string;
  environment?: Record<string, unknown>;
  events: Record<string, unknown>[];
};

export type Provider = {
  getStage: () => string;
  getRegion: () => string;
  /** Returns credentials, or rejects if there are none. */
  getAwsSdkV3CredentialsProvider: () => () => Promise<unknown>;
  getAccountId: () => Promise<string>;
  naming: {
    getStackName: () => string;
    getLambdaLogicalId: (name: string) => string;
    getLogGroupLogicalId: (name: string) => string;
  };
};

/** Names of the deployed stack. */
export type Stack = {
  /** `<service>-<stage>`: the prefix of every name, and the metrics' dimension `service`. */
  name: string;
  stage: string;
  /** The logical id of a function. */
  lambdaId: (name: string) => string;
};

export type Resource = {
  Type: string;
  Properties: Record<string, unknown>;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
};

export type Output = { Description: string; Value: unknown };

export type Template = {
  Resources: Record<string, Resource>;
  Outputs: Record<string, Output>;
  Mappings?: Record<string, Record<string, Record<string, string>>>;
};
