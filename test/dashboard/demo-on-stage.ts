/** The demo with its six months of history, standing still but for what a test does, and a browser before it. */
import { createClient, type PurserClient } from "../../src/client/client.ts";
import { loadSdks, type SdkClients } from "../../src/demo/official-sdks.ts";
import { type RunningDemo, startDemo } from "../../src/demo/start-demo.ts";
import { openBrowser } from "./browser.ts";
import { builtPages, type Opener, opener } from "./stage.ts";

export interface DemoOnStage {
  readonly demo: RunningDemo;
  readonly open: Opener;
  /** Asks as the operator. */
  readonly purser: PurserClient;
  /** The providers' official SDKs, calling with that key. */
  readonly sdksFor: (key: string) => SdkClients;
  close(): Promise<void>;
}

/** Making the history takes some fifteen seconds, and more on a busy machine. */
export const DEMO_START_MS_MOST = 180_000;

/** On Pro, with keys, tags and half a year; and on Enterprise, with forty models. */
export const PIA = "demo-pia";
export const EVE = "demo-eve";
export const LONG_NAMED =
  "demo-vereinigte-werkstaetten-fuer-angewandte-textverarbeitung-und-uebersetzung";

export async function openDemoOnStage(): Promise<DemoOnStage> {
  const clientsFor = await loadSdks();
  const demo = await startDemo({
    port: 0,
    history: true,
    goesOn: false,
    dashboardDir: builtPages(),
    progress: () => undefined,
  });
  const { url } = demo;
  const browser = await openBrowser();
  return {
    demo,
    open: opener(browser, url),
    purser: createClient({ baseUrl: url, key: demo.adminKey }),
    sdksFor: (key) => clientsFor({ url, key }),
    async close() {
      await browser.close();
      await demo.close();
    },
  };
}
