import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { useTestDomain } from "../support/domain";
import { useTestFiles } from "../support/files";
import { type Answer, rest } from "../support/rest";

useTestDomain();
const { origin } = useTestFiles();

/** What the examples' own files hold. */
const FILES: Record<string, string> = { "list.txt": "milk\nbread" };

/** One line of an example: an optional variable that takes a part of the answer, and the status to expect. */
const LINE = /^(?:(\w+)=\$\()?curl (.*?)(?: \| jq -r \.([\w.[\]]+)\))?\s+# (\d{3})$/;
const COMMANDS = readFileSync("docs/rest.md", "utf8")
  .split("\n")
  .filter((line) => /^(\w+=\$\()?curl /.test(line));

it("every example of docs/rest.md does what it says, one after the other", async () => {
  const variables = new Map([["ADDA", ""]]);
  for (const command of COMMANDS) {
    const [, variable, call = "", part, status] = LINE.exec(command) ?? [];
    const answer = await curl(call, variables);
    expect(`${answer.status}`, `${command}\n${JSON.stringify(answer.body)}`).toBe(status);
    if (variable && part) variables.set(variable, String(pick(answer.body, part)));
  }
});

it("every address and method of the API has an example in docs/rest.md", async () => {
  const shown = COMMANDS.map((command) => {
    const [, , call = ""] = LINE.exec(command) ?? [];
    const { method, path } = readCurl(words(call, new Map([["ADDA", ""]])));
    return `${method} ${path.split("?")[0]?.replace("//", "/:id/").replace(/\/+$/, "/:id")}`;
  });
  const examples = new Set(shown.map(generalize));

  for (const file of readdirSync("app/api", { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith("route.ts") || file.includes("[...")) continue;
    const path = `/api/${file.replace("/route.ts", "")}`.replaceAll(/\[\w+\]/g, ":id");
    const { headers } = await rest("OPTIONS", path);
    for (const method of headers.get("allow")?.split(", ") ?? []) expect(examples).toContain(`${method} ${path}`);
  }
});

/** What the words of an example stand for: a room's slug, or an id that a variable held. */
function generalize(example: string): string {
  return example.replace(/(rooms)\/(?!:id)[^/]+/, "$1/:id").replace(/members\/me$/, "members/:id");
}

function curl(call: string, variables: Map<string, string>): Promise<Answer<Record<string, unknown>>> {
  const { method, path, headers, body, file } = readCurl(words(call, variables));
  return file === undefined ? rest(method, path, { headers, body }) : send(path, headers, file);
}

/** The bytes of a file go past REST. */
async function send(path: string, headers: Record<string, string>, body: string) {
  const answer = await fetch(new URL(path, origin()), { method: "PUT", headers, body });
  return { status: answer.status, headers: answer.headers, body: {} };
}

/** "upload.parts[0].url" as jq reads it. */
function pick(value: unknown, path: string): unknown {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== "");
  return steps.reduce((inner, step) => (inner as Record<string, unknown> | undefined)?.[step], value);
}

function readCurl([...given]: string[]) {
  const headers: Record<string, string> = {};
  let method: string | undefined;
  let path = "";
  let body: string | undefined;
  let file: string | undefined;
  for (let word = given.shift(); word !== undefined; word = given.shift()) {
    if (word === "-X") method = given.shift();
    else if (word === "--json") body = given.shift();
    else if (word === "-T") file = FILES[given.shift() ?? ""];
    else if (word === "-H") {
      const [name = "", value = ""] = (given.shift() ?? "").split(": ");
      headers[name] = value;
    } else path = word;
  }
  return { method: method ?? (body === undefined ? "GET" : "POST"), path, headers, body, file };
}

/** Words as a shell would make them: single quotes keep everything, double quotes all but variables. */
function words(text: string, variables: Map<string, string>): string[] {
  const pieces = text.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return pieces.map((word) =>
    word.replace(/'([^']*)'|"([^"]*)"|([^'"]+)/g, (_, kept?: string, quoted?: string, bare?: string) =>
      kept === undefined ? expand(quoted ?? bare ?? "", variables) : kept,
    ),
  );
}

function expand(text: string, variables: Map<string, string>): string {
  return text.replace(/\$(\w+)/g, (_, name: string) => variables.get(name) ?? "");
}
