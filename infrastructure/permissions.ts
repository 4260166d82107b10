import type { FunctionDefinition, Template } from './serverless-types.ts';

type Policy = { PolicyDocument: { Statement: object[] } };

/** Lets each role write the log groups of the functions that have it, and no others. */
export const allowLogs = (
  { Resources }: Template,
  functions: Record<string, FunctionDefinition>,
  logGroupId: (name: string) => string,
): void => {
  const roles = Map.groupBy(Object.entries(functions), ([, { role }]) => role ?? '');
  for (const [role, members] of roles) {
    const [policy] = (Resources[role]?.Properties.Policies ?? []) as Policy[];
    policy?.PolicyDocument.Statement.push({
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: members.map(([name]) => ({ 'Fn::GetAtt': [logGroupId(name), 'Arn'] })),
    });
  }
};
