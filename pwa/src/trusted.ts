/** Only our own worker and service worker scripts may be loaded; nothing may become HTML or inline script. */
interface Policies {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}

export function allowOwnScripts(): void {
  const policies = (window as { trustedTypes?: Policies }).trustedTypes;
  policies?.createPolicy('default', {
    createScriptURL(url) {
      const { origin, pathname } = new URL(url, location.origin);
      if (origin === location.origin && (pathname === '/sw.js' || pathname.startsWith('/assets/'))) return url;
      throw new TypeError(`not a script of ours: ${pathname}`);
    },
  });
}
