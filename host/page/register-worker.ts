/** Installs the service worker. The page's policy allows no other script address (Trusted Types). */

interface Policy {
  createScriptURL(url: string): unknown;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
}

const WORKER = "worker.js";

export function registerWorker(): void {
  const { trustedTypes } = window as { trustedTypes?: PolicyFactory };
  const policy = trustedTypes?.createPolicy("worker", { createScriptURL: () => WORKER });
  const address = (policy?.createScriptURL(WORKER) ?? WORKER) as string;
  // without one (private windows) the page works as long as there is a network
  navigator.serviceWorker?.register(address).catch(() => {});
}
