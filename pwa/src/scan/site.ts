/** Which symbologies count as a scan at this site, kept on the device so that its camera knows them off line. */
import { client, got, hasToken } from '../api/client';

const KEY = 'gemba.site.formats';

/** The site's symbologies as last heard; undefined before that. */
export function siteFormats(): readonly string[] | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return Array.isArray(kept) && kept.every((one) => typeof one === 'string') ? kept : undefined;
  } catch {
    return undefined;
  }
}

export const keepFormats = (formats: readonly string[]): void => localStorage.setItem(KEY, JSON.stringify(formats));

/** Asks the server anew, when there is one; what was kept stays otherwise. */
export async function hearFormats(): Promise<void> {
  if (!hasToken()) return;
  await got(client.GET('/api/floor/scanning/labels')).then(
    (site) => keepFormats(site.formats),
    () => undefined,
  );
}
