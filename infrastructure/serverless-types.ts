import type { StackOutput } from './outputs.ts';

/** What is used of Serverless, of which no types are published. */
export type Serverless = {
  service: {
    service: string;
    functions: Record<string, FunctionDefinition>;
    custom: { settings: Record<string, unknown> };
    resources: { Resources: Record<string, Resource> };
    provider: { compiledCloudFormationTemplate: Template };
  };
  processedInput: { commands: string[]; options: { package?: string; stage?: string } };
  /** Serverless' own plugin `info` has what CloudFormation says of the stack. */
  pluginManager: { plugins: { gatheredData?: { outputs: StackOutput[] } }[] };
  getProvider: (name: 'aws') => Provider;
  /** An error that Serverless shows without a stack. */
  classes: { Error: new (message: string) => Error };
  addServiceOutputSection: (name: string, lines: string[]) => void;
};

export type FunctionDefinition = {
  name: string;
  role?: string;
  environment?: Record<string, unknown>;
  events: Record<string, unknown>[];
};

export type Provider = {
  getStage: () => string;
  getRegion: () => string;
  getAwsSdkV3Config: () => Promise<object>;
  naming: {
    getStackName: () => string;
    getNormalizedFunctionName: (name: string) => string;
    getLambdaLogicalId: (name: string) => string;
    getLogGroupLogicalId: (name: string) => string;
  };
};

export type Resource = {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
};

export type Output = { Description: string; Value: unknown };

export type Template = { Resources: Record<string, Resource>; Outputs: Record<string, Output> };
