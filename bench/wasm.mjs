// The whole pipeline (bytes of a WAV file of 5 minutes, stereo, 44.1 kHz, to the finished analysis) as WebAssembly in node
// against the native build, one thread each: the same Rust code, wasm/src/bin/bench.rs and dsp/examples/bench_engine.
//
// needs: node engine wasm

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const ROUNDS = 5;
const module = await WebAssembly.compile(readFileSync(process.env.DAS_BENCH_WASM));
// There should be none; a stub tells which one is in the way.
const imports = {};
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  (imports[from] ??= {})[name] = () => { throw new Error(`the module calls ${from}.${name}`); };
}
const { exports } = await WebAssembly.instantiate(module, imports);
const call = () => {
  const started = process.cpuUsage(), wall = performance.now();
  if (exports.main(0, 0) !== 0) throw new Error("the pipeline failed");
  const used = process.cpuUsage(started);
  // The compiler of the engine works beside in threads of its own: the clock on the wall is the smaller on a quiet machine.
  return Math.min(performance.now() - wall, (used.user + used.system) / 1000);
};
const native = () => JSON.parse(execFileSync(process.env.DAS_BENCH, ["pipeline", "1"]));

// The first call makes the sound, the next two warm up; then what a preview shows and everything, in turn.
call(); call(); call();
const times = { overview: { wasm: [], native: [] }, full: { wasm: [], native: [] } };
for (let round = 0; round < ROUNDS; round++) {
  times.overview.wasm.push(call());
  times.full.wasm.push(call());
  const ours = native();
  times.overview.native.push(...ours.overview);
  times.full.native.push(...ours.full);
}
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const row = (what, build, ms, ours) =>
  console.log(`| ${what.padEnd(18)} | ${build.padEnd(26)} | ${ms.toFixed(0).padStart(6)} | ${(300000 / ms).toFixed(0).padStart(11)} | ${(ms / ours).toFixed(2).padStart(8)} |`);
console.log("## The pipeline on 5 min of stereo 44.1 kHz WAV in memory, one thread, native and WebAssembly\n");
console.log(`| ${"what".padEnd(18)} | ${"build".padEnd(26)} |     ms | x real time | / native |`);
console.log(`|${"-".repeat(20)}|${"-".repeat(28)}|-------:|------------:|---------:|`);
for (const [what, { wasm, native }] of [["preview", times.overview], ["everything", times.full]]) {
  row(what, "native", median(native), median(native));
  row(what, `WebAssembly, node ${process.versions.node}`, median(wasm), median(native));
}
console.log();
