import files from 'page:files';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { answer } from '../shared/page/answer.ts';
import { origins } from '../shared/page/origins.ts';

/** The web page, from files that are built into this function. */
export const handler = async ({
  rawPath,
  headers,
}: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> =>
  answer(files, rawPath, headers, origins);
