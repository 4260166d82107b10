/** Where a stage is: `region`, else AWS_REGION, else what serverless.yml has. */
export const regionOf = (region?: string): string => region || process.env.AWS_REGION || 'ap-southeast-1';

/** What is wrong with the region, which a variable or `--region` names: a line if AWS has none of that name. */
export const regionProblems = (region: string, regions: readonly string[], given: boolean): string[] =>
  regions.includes(region)
    ? []
    : [
        `${given ? '--region' : 'AWS_REGION'} is "${region}": it must be a region of AWS like ap-southeast-1.`,
      ];

/** What is wrong with settings in AWS China, which has not everything that other regions have. */
export const chinaProblems = ({ TRACING }: NodeJS.ProcessEnv, region: string): string[] =>
  region.startsWith('cn-') && TRACING === 'Active'
    ? [`TRACING is "Active": it must be left out in ${region}, where stages are deployed without X-Ray.`]
    : [];
