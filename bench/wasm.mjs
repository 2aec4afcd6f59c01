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
const native = (rounds) => JSON.parse(execFileSync(process.env.DAS_BENCH, ["pipeline", String(rounds)])).pipeline;

call();
call();
const wasmTimes = [], nativeTimes = [];
for (let round = 0; round < ROUNDS; round++) {
  wasmTimes.push(call());
  nativeTimes.push(...native(1));
}
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const [wasm, ours] = [median(wasmTimes), median(nativeTimes)];
const row = (name, ms) => `| ${name.padEnd(28)} | ${ms.toFixed(0).padStart(6)} | ${(300000 / ms).toFixed(0).padStart(11)} | ${(ms / ours).toFixed(2).padStart(8)} |`;
console.log("## The whole analysis of 5 min of stereo 44.1 kHz WAV on one thread, native and WebAssembly\n");
console.log(`| ${"build".padEnd(28)} |     ms | x real time | / native |`);
console.log(`|${"-".repeat(30)}|-------:|------------:|---------:|`);
console.log(row("native", ours));
console.log(row(`WebAssembly, node ${process.versions.node}`, wasm));
console.log();
