import { useEffect, useState } from 'preact/hooks';
import { serverNow } from '../api/server-time.ts';

/** The present time, updated every second during a call; also calls `onLater` every `everyMs`. */
export const useNow = (isGoingOn: boolean, onLater: () => void, everyMs: number): number => {
  const [now, setNow] = useState(serverNow());
  useEffect(() => {
    if (!isGoingOn) return;
    const clock = setInterval(() => setNow(serverNow()), 1000);
    const later = setInterval(() => document.hidden || onLater(), everyMs);
    return () => {
      clearInterval(clock);
      clearInterval(later);
    };
  }, [isGoingOn]);
  return now;
};
