/** The beginning of a test call's id. NXCloud has no such ids. */
export const TEST_PREFIX = 'nxcloud-test-';

/**
 * Whether a call was sent to test a callback, by the id of its `pk` or its `callId`. Only such
 * calls can be removed.
 */
export const isTestCall = (id: string): boolean => id.replace(/^call:/, '').startsWith(TEST_PREFIX);
