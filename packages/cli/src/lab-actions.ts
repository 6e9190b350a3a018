import { spawn } from "node:child_process";
import { adoptLab, openLab, parsePath, type Host, type Lab } from "@emptcp/lab";
import { printJson } from "./json.js";
import { startProgress } from "./progress.js";
import { printTable } from "./table.js";
import { UsageError } from "./usage-error.js";

/** What the user said to `emptcp lab`. */
export interface LabRequest {
  /** "" is the testbed without a name of its own. */
  readonly id: string;
  readonly paths: string | undefined;
  readonly json: boolean;
  /** Arguments after the action. */
  readonly words: readonly string[];
}

const HOSTS = ["client", "router", "server"] as const;

function noMoreWords(request: LabRequest): void {
  const [word] = request.words;
  if (word !== undefined)
    throw new UsageError(`read arguments: "${word}" is one argument too many`, "see `emptcp lab --help`");
}

async function up(request: LabRequest): Promise<void> {
  noMoreWords(request);
  const paths = request.paths
    ?.split(/\s+/)
    .filter((text) => text !== "")
    .map(parsePath);
  const progress = startProgress();
  const lab = await openLab(
    { id: request.id, persistent: true, ...(paths && { paths }) },
    { onStep: (title) => progress.note(title) },
  ).finally(() => progress.end());
  describe(lab, request.json);
}

function show(request: LabRequest): Promise<void> {
  noMoreWords(request);
  describe(adoptLab(request.id), request.json);
  return Promise.resolve();
}

function describe(lab: Lab, json: boolean): void {
  const hosts = HOSTS.map((name) => ({ host: name, namespace: lab[name].namespace }));
  if (json) return printJson({ id: lab.id, hosts, paths: lab.paths, plan: lab.plan });
  printTable(
    ["HOST", "NAMESPACE"],
    hosts.map(({ host, namespace }) => [host, namespace]),
  );
}

function down(request: LabRequest): Promise<void> {
  noMoreWords(request);
  adoptLab(request.id).close();
  if (request.json) printJson({ down: request.id });
  return Promise.resolve();
}

/** Runs a command in a host with this terminal; its exit status becomes ours. */
async function run(request: LabRequest): Promise<void> {
  const [name, ...argv] = request.words;
  const host = HOSTS.find((known) => known === name);
  if (!host)
    throw new UsageError(`read arguments: "${name ?? ""}" is no host`, `it is one of ${HOSTS.join(", ")}`);
  if (argv.length === 0)
    throw new UsageError("read arguments: no command given", `write emptcp lab run ${host} -- COMMAND`);
  process.exitCode = await runInHost(adoptLab(request.id)[host], argv);
}

function runInHost(host: Host, argv: readonly string[]): Promise<number> {
  const [program = "", ...rest] = host.commandLine(argv);
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { stdio: "inherit" });
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

/** What `emptcp lab` can do, by the name of the action. */
export const labActions: Readonly<Record<string, (request: LabRequest) => Promise<void>>> = {
  up,
  show,
  run,
  down,
};
