/** The region of a stage: `region`, else AWS_REGION, else the default of serverless.yml. */
export const regionOf = (region?: string): string => region || process.env.AWS_REGION || 'ap-southeast-1';

/** The problem of the region that a variable or `--region` names, if AWS has no such region. */
export const regionProblems = (region: string, regions: readonly string[], given: boolean): string[] =>
  regions.includes(region)
    ? []
    : [`${given ? '--region' : 'AWS_REGION'} is "${region}": it must be an AWS region like ap-southeast-1.`];

/** The problems of settings in AWS China, which lacks some services. */
export const chinaProblems = ({ TRACING }: NodeJS.ProcessEnv, region: string): string[] =>
  region.startsWith('cn-') && TRACING === 'Active'
    ? [`TRACING is "Active": it must be left out in ${region}, where stages are deployed without X-Ray.`]
    : [];
