// The preview of the upload page against wavesurfer.js 8 with its spectrogram plugin, in the same Chromium, on the
// same 5 minutes of stereo 44.1 kHz WAV. Prints milliseconds, the longest main-thread task and the most memory that the
// page's process had, workers and WebAssembly included; asserts nothing.
// The peer runs twice: with the same STFT (2048 samples every 512, in its own worker), and as it comes, with one FFT for
// each pixel of the page.
//
// needs: node chromium das bundle
//
// The peer's modules come from npm into a folder beside the other build tools' cache.

import { execFileSync, spawn } from "node:child_process";
import { createReadStream, mkdirSync, mkdtempSync, openSync, readFileSync, writeSync, closeSync, copyFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:http";
import os from "node:os";
import path from "node:path";

const ROUNDS = 3;
const root = path.resolve(import.meta.dirname, "..");
const cache = process.env.DAS_CACHE ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "das");
const modules = path.join(cache, "bench-browser");
const work = mkdtempSync(path.join(os.tmpdir(), "das-bench-"));
const wav = path.join(work, "five.wav");

mkdirSync(modules, { recursive: true });
copyFileSync(path.join(import.meta.dirname, "package.json"), path.join(modules, "package.json"));
execFileSync("npm", ["install", "--no-audit", "--no-fund", "--silent"], { cwd: modules, stdio: "inherit" });
const { chromium } = createRequire(path.join(modules, "package.json"))("playwright-core");

/** A chirp in noise, the same bytes every time. */
function makeWav(file, seconds) {
  const rate = 44100, frames = rate * seconds, header = Buffer.alloc(44);
  header.write("RIFF", 0); header.writeUInt32LE(36 + frames * 4, 4); header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16); header.writeUInt16LE(1, 20); header.writeUInt16LE(2, 22);
  header.writeUInt32LE(rate, 24); header.writeUInt32LE(rate * 4, 28); header.writeUInt16LE(4, 32);
  header.writeUInt16LE(16, 34); header.write("data", 36); header.writeUInt32LE(frames * 4, 40);
  const out = openSync(file, "w");
  writeSync(out, header);
  let state = 1;
  for (let second = 0; second < seconds; second++) {
    const block = Buffer.alloc(rate * 4);
    for (let n = 0; n < rate; n++) {
      const t = second + n / rate;
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const noise = 0.05 * (state / 2147483648 - 1), chirp = 0.3 * Math.sin(2 * Math.PI * (100 * t + 10 * t * t));
      block.writeInt16LE(Math.round(32767 * (chirp + noise)), n * 4);
      block.writeInt16LE(Math.round(32767 * (0.5 * chirp + noise)), n * 4 + 2);
    }
    writeSync(out, block);
  }
  closeSync(out);
}

/** Serves the page that runs wavesurfer.js as its documentation does: load a Blob, spectrogram plugin beneath. */
function servePeer() {
  const dist = path.join(modules, "node_modules/wavesurfer.js/dist");
  const page = `<!doctype html><meta charset="utf-8"><body><input type="file" id="file"><div id="w"></div><div id="s"></div>
    <script type="module">
      import WaveSurfer from "/m/wavesurfer.esm.js";
      import Spectrogram from "/m/plugins/spectrogram.esm.js";
      document.querySelector("#file").addEventListener("change", async (event) => {
        performance.mark("chosen");
        const same = location.search === "?same" ? { noverlap: 1536, useWebWorker: true } : {};
        const plugin = Spectrogram.create({ container: "#s", labels: false, height: 512, fftSamples: 2048, ...same });
        const surfer = WaveSurfer.create({ container: "#w", sampleRate: 32000, plugins: [plugin] });
        plugin.on("ready", () => { window.firedReady = true; });
        surfer.on("ready", () => { window.surferReady = true; });
        await surfer.loadBlob(event.target.files[0]);
      });
    </script>`;
  const server = createServer((request, response) => {
    if (request.url.startsWith("/m/")) {
      response.setHeader("content-type", "text/javascript");
      createReadStream(path.join(dist, path.normalize(request.url.slice(3)))).on("error", () => response.writeHead(404).end()).pipe(response);
    } else {
      response.setHeader("content-type", "text/html");
      response.end(page);
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve({ server, url: `http://127.0.0.1:${server.address().port}/` })));
}

function startDas() {
  const das = process.env.DAS_BIN ?? path.join(root, "target/release/das");
  const child = spawn(das, ["serve"], {
    cwd: root,
    env: { ...process.env, DAS_BIND: "127.0.0.1:0", DAS_DATA: path.join(work, "data") },
    stdio: ["ignore", "pipe", "ignore"],
  });
  return new Promise((resolve, reject) => {
    let text = "";
    child.on("exit", (code) => reject(new Error(`das ended with ${code}`)));
    child.stdout.on("data", (data) => {
      text += data;
      const found = text.match(/listening on (http:\S+)/);
      if (found) resolve({ child, url: found[1] });
    });
  });
}

/** One page in a fresh context, with a watch on long main-thread tasks. */
async function measured(browser, url, act) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
    }).observe({ type: "longtask" });
  });
  await page.goto(url, { waitUntil: "networkidle" });
  // Starting up is not what is measured.
  await page.evaluate(() => { window.longest = 0; });
  const result = await act(page);
  await page.waitForTimeout(300);
  result.longest = await page.evaluate(() => window.longest);
  result.peak = await peakMiB(browser);
  await context.close();
  return result;
}

/** The most resident memory of any page's process so far. Each measured page has a fresh one. */
async function peakMiB(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const peaks = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => {
    const status = readFileSync(`/proc/${id}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  });
  return Math.max(...peaks);
}

const mark = (page, name) => page.evaluate((n) => performance.getEntriesByName(n)[0]?.startTime ?? null, name);

async function preview(page) {
  await page.setInputFiles('[data-testid="file-input"]', wav);
  await page.waitForFunction(() => performance.getEntriesByName("das:preview:done").length > 0, null, { timeout: 120000 });
  const chosen = await mark(page, "das:preview:chosen");
  return {
    first: (await mark(page, "das:preview:first-columns")) - chosen,
    done: (await mark(page, "das:preview:done")) - chosen,
  };
}

async function peer(page) {
  await page.setInputFiles("#file", wav);
  // Done when the plugin has said so and its canvas is there.
  await page.waitForFunction(() => {
    const canvas = [...document.querySelectorAll("#s canvas, #w canvas")].concat(
      ...[...document.querySelectorAll("#s *, #w *")].filter((e) => e.shadowRoot).map((e) => [...e.shadowRoot.querySelectorAll("canvas")]));
    return window.surferReady && window.firedReady && canvas.length > 0;
  }, null, { timeout: 120000, polling: 20 });
  const now = await page.evaluate(() => performance.now());
  const chosen = await mark(page, "chosen");
  return { first: now - chosen, done: now - chosen };
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

makeWav(wav, 300);
const das = await startDas();
const wave = await servePeer();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const rows = { "das preview": [], "wavesurfer.js 8, same STFT": [], "wavesurfer.js 8, FFT a pixel": [] };
for (let round = 0; round < ROUNDS; round++) {
  rows["das preview"].push(await measured(browser, `${das.url}/das/upload`, preview));
  rows["wavesurfer.js 8, same STFT"].push(await measured(browser, `${wave.url}?same`, peer));
  rows["wavesurfer.js 8, FFT a pixel"].push(await measured(browser, wave.url, peer));
}
console.log(`## Preview of 5 min of stereo 44.1 kHz WAV in Chromium ${browser.version()}, medians of ${ROUNDS}\n`);
console.log("| program                      | first ms | all ms | longest task ms | peak MiB | time / das |");
console.log("|------------------------------|---------:|-------:|----------------:|---------:|-----------:|");
const ours = median(rows["das preview"].map((r) => r.done));
for (const [name, results] of Object.entries(rows)) {
  const of = (key) => median(results.map((r) => r[key]));
  const cells = [[of("first").toFixed(0), 8], [of("done").toFixed(0), 6], [of("longest").toFixed(0), 15], [of("peak").toFixed(0), 8], [(of("done") / ours).toFixed(1), 10]];
  console.log(`| ${name.padEnd(28)} | ${cells.map(([cell, width]) => cell.padStart(width)).join(" | ")} |`);
}
console.log();
await browser.close();
das.child.removeAllListeners("exit");
das.child.kill("SIGTERM");
wave.server.close();
rmSync(work, { recursive: true, force: true });
