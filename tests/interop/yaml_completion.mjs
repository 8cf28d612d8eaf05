// Asks an editor's YAML server what it completes, as an editor would: with the repository's own settings.
//
// Arguments: the server's program, the repository, and a YAML text in which ‸ marks where somebody types.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [program, repository, marked] = process.argv.slice(2);
const vscode = JSON.parse(readFileSync(join(repository, ".vscode/settings.json"), "utf8"));
const settings = { completion: true, validate: true, hover: true, schemaStore: { enable: false } };
settings.schemas = Object.fromEntries(
  Object.entries(vscode["yaml.schemas"]).map(([file, patterns]) => [
    pathToFileURL(join(repository, file)).href,
    patterns,
  ]),
);
const at = marked.indexOf("‸");
const text = marked.replace("‸", "");
const before = text.slice(0, at).split("\n");
const position = { line: before.length - 1, character: before.at(-1).length };
const uri = pathToFileURL(join(repository, "matrix.yaml")).href;

const server = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
let unread = Buffer.alloc(0);
let last = 0;
const waiting = new Map();

function send(message) {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
function ask(method, params) {
  const id = ++last;
  send({ id, method, params });
  return new Promise((resolve) => waiting.set(id, resolve));
}
function take(message) {
  if (message.method === "textDocument/publishDiagnostics") looked(message.params.diagnostics);
  if (message.method === undefined) {
    waiting.get(message.id)?.(message.result);
  } else if (message.id !== undefined) {
    const result =
      message.method === "workspace/configuration"
        ? message.params.items.map((item) => (item.section === "yaml" ? settings : null))
        : null;
    send({ id: message.id, result });
  }
}
let looked;
const diagnostics = new Promise((resolve) => (looked = resolve));
server.stdout.on("data", (chunk) => {
  unread = Buffer.concat([unread, chunk]);
  for (;;) {
    const end = unread.indexOf("\r\n\r\n");
    const length = end < 0 ? NaN : Number(/Content-Length: (\d+)/i.exec(unread.subarray(0, end))[1]);
    if (!(unread.length >= end + 4 + length)) return;
    const body = unread.subarray(end + 4, end + 4 + length);
    unread = unread.subarray(end + 4 + length);
    take(JSON.parse(body.toString("utf8")));
  }
});

const folder = pathToFileURL(repository).href;
await ask("initialize", {
  processId: process.pid,
  rootUri: folder,
  workspaceFolders: [{ uri: folder, name: "repository" }],
  capabilities: { workspace: { configuration: true }, textDocument: { completion: {} } },
});
send({ method: "initialized", params: {} });
send({ method: "workspace/didChangeConfiguration", params: { settings: { yaml: settings } } });
send({
  method: "textDocument/didOpen",
  params: { textDocument: { uri, languageId: "yaml", version: 1, text } },
});
await diagnostics; // by then it has read its settings
const answer = await ask("textDocument/completion", { textDocument: { uri }, position });
console.log((answer?.items ?? answer ?? []).map((item) => item.label).join(" "));
await ask("shutdown", null);
send({ method: "exit" });
server.stdin.end();
