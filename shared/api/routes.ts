import { agents } from './agents.ts';
import { call } from './call.ts';
import { calls } from './calls.ts';
import { beginExport, tellExport } from './exports.ts';
import { recording } from './recording.ts';
import { report } from './report.ts';
import type { Route } from './route.ts';

/** The routes of the API. */
export const routes: readonly Route[] = [calls, call, agents, report, beginExport, tellExport, recording];
