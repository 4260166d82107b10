import { agents } from './agents.ts';
import { call } from './call.ts';
import { calls } from './calls.ts';
import { beginExport, tellExport } from './exports.ts';
import { recording } from './recording.ts';
import { removeCall } from './remove-call.ts';
import { report } from './report.ts';
import type { Route } from './route.ts';
import { status } from './status.ts';

/** The routes of the API. */
export const routes: readonly Route[] = [
  calls,
  call,
  removeCall,
  agents,
  report,
  beginExport,
  tellExport,
  recording,
  status,
];
