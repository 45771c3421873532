import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";

// What nobody would send, for the fuzz of a whole server.

/** Lobby: now and then a value that leads on to the next check. */
const TEXTS = [
  "lobby",
  "",
  "\0",
  "\ud800",
  "\u0301".repeat(3_000),
  "a".repeat(9_000),
  "../..",
  "%00",
  "%ff",
  "' OR 1=1 --",
  "__proto__",
  "constructor",
  "toString",
  "00000000-0000-4000-8000-000000000000",
  "-1",
  "1e309",
  "NaN",
  "99999999999999999999",
  "2025-13-45T99:99:99Z",
  "null",
  "true",
  "$K1",
  "$undefined",
];

/** @returns the files below a folder whose path ends as `end` says, with the folder. */
export function filesIn(folder: string, end: RegExp): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files.map((file) => join(folder, file)).filter((file) => end.test(file));
}

export const oddText = fc.oneof(fc.constantFrom(...TEXTS), fc.uuid(), fc.string({ unit: "binary", maxLength: 60 }));

export const oddJson: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e308,
    2 ** 53,
    [],
    {},
    [[]],
    { length: 9 },
    JSON.parse('{"then":1}'),
    { toString: 1 },
  ),
  fc.array(oddText, { maxLength: 3 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** The names that bodies, queries and forms are read by: every key that the sources spell. */
export const NAMES = [
  ...new Set(
    ["app", "server/domain", "protocol"]
      .flatMap((folder) => filesIn(folder, /(?<!\.test)\.ts$/))
      .flatMap((file) => [...readFileSync(file, "utf8").matchAll(/\b([a-z]\w+): (?:z\b|text\b|box\b|ref\b|\w+\()/g)])
      .flatMap(([, name]) => name ?? []),
  ),
].sort();

export const oddFields = fc.dictionary(fc.constantFrom(...NAMES, "__proto__", "then"), oddJson, { maxKeys: 8 });

/** Text as a path carries it, and bytes that are no text there. */
export const oddSegment = fc.oneof(
  { weight: 3, arbitrary: fc.constant("lobby") },
  { weight: 6, arbitrary: oddText.map((text) => encodeURIComponent(text.slice(0, 1_000).toWellFormed())) },
  fc.constantFrom("%ff", "%00", "%2e%2e", "%2F", "%", "%E0%A4%A", "..%5c"),
);

export const oddQuery = fc.oneof(
  fc.constant(""),
  fc
    .dictionary(fc.constantFrom(...NAMES, "callbackUrl", "_rsc"), oddText, { maxKeys: 4 })
    .map((given) => `?${new URLSearchParams(Object.entries(given))}`.slice(0, 4_000)),
  fc.constantFrom("?limit=%ff", "?%", "?limit=1&limit=2", "?limit[]=1", "?=&&", "?after=%00"),
);

export const oddHeaders = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  fc.constantFrom<Record<string, string>>(
    { accept: "\u00ff", "accept-encoding": "gzip;q=x, \u00ff" },
    { "content-type": "application/json; charset=utf-9" },
    { "content-type": "multipart/form-data" },
    { "content-type": "multipart/form-data; boundary=" },
    { "content-type": "application/x-www-form-urlencoded" },
    { "content-encoding": "gzip" },
    { "if-none-match": '"', "if-modified-since": "never", range: "bytes=9-1" },
    { range: "bytes=-99999999999999999999" },
    { origin: "::::" },
    { origin: "http://evil.example" },
    { "x-forwarded-for": "\u00ff, ,", forwarded: "for=", "x-forwarded-host": "a b", "x-forwarded-proto": "\u00ff" },
    { "x-adda-address": "nowhere", "x-adda-own-origin": "maybe", "x-adda-path": "//", "x-adda-request-id": "" },
    { "next-action": "toString" },
    { "next-action": "x".repeat(5_000) },
    { rsc: "1", "next-router-state-tree": "garbage", "next-url": "\u00ff" },
    { rsc: "1", "next-router-state-tree": "%5B%22%22%2C1%5D" },
    { rsc: "1", "next-router-state-tree": encodeURIComponent('["",{"children":["x",{}]},null,"refetch"]') },
    {
      rsc: "1",
      "next-router-state-tree": encodeURIComponent('["\\ud800",{"__proto__":["x",{}],"children":["",{}]},"//"]'),
    },
    {
      rsc: "1",
      "next-router-state-tree": `${"%5B%22%22%2C{%22children%22:".repeat(300)}%5B%22%22%2C{}%5D${"}%5D".repeat(300)}`,
    },
    { rsc: "1", "next-router-prefetch": "9", "next-router-segment-prefetch": "/../x" },
    { "next-resume": "1", "next-resume-state-length": "-1" },
    { "x-action-forwarded": "1", "x-prerender-revalidate": "x", "x-middleware-subrequest": "x" },
    { authorization: "Bearer" },
    { authorization: "Basic \u00ff" },
    { cookie: "next-auth.session-token=x; next-auth.csrf-token=%; =; adda-clock=\u00ff" },
    { cookie: `next-auth.session-token.0=${"x".repeat(4_000)}` },
  ),
);

/** What React's encoding of arguments can name: other parts, classes, functions of the server, and no such things. */
const REFERENCES = [
  "$undefined",
  "$NaN",
  "$Infinity",
  "$-0",
  "$D2020-01-01",
  "$Dnever",
  "$n9007199254740993",
  `$n${"9".repeat(5_000)}`,
  "$n-",
  "$K1",
  "$K9",
  "$Q1",
  "$W1",
  "$i1",
  "$A1",
  "$o1",
  "$V1",
  "$B1",
  "$B9",
  "$@1",
  "$@9",
  "$r1",
  "$R1",
  "$x1",
  "$X1",
  "$F1",
  "$h1",
  "$T",
  "$Tx",
  "$S",
  "$Sadda",
  "$$",
  "$0",
  "$1",
  "$9",
  "$1:constructor:constructor",
  "$1:__proto__:then",
  "$zz",
  "$",
];

const argument = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...REFERENCES) },
  fc.constantFrom("lobby", null, true),
  oddJson,
  fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...REFERENCES), { maxKeys: 3 }),
);
const list = fc.oneof(
  // Right types with wrong words, which come to the domain.
  { weight: 2, arbitrary: fc.array(oddText, { minLength: 1, maxLength: 2 }) },
  { weight: 3, arbitrary: fc.array(argument, { maxLength: 3 }) },
  { weight: 3, arbitrary: fc.constant([null, "$K1"]) },
  fc.constantFrom(Array(50).fill("lobby"), Array(1_500).fill(1), nested(2_000)),
);

/** Values of a form: text, files, and text that looks like React's encoding. */
const value = fc.oneof(
  oddText,
  fc.constantFrom(...REFERENCES),
  oddJson.map((json) => JSON.stringify(json)),
  fc.constant(new File(["x"], "x.txt")),
);

/** The body of a call to an action, as a browser encodes it and as none would. */
export const oddBody: fc.Arbitrary<string | FormData> = fc.oneof(
  fc.oneof(list, argument).map((given) => JSON.stringify(given)),
  fc.constantFrom("", "[", "{}", '"', "null", "1", "[".repeat(20_000), `["${"x".repeat(20_000)}"]`, "\0", '["$0"]'),
  {
    weight: 3,
    arbitrary: fc
      .record({
        root: fc.oneof(list, argument),
        first: fc.oneof(argument, fc.constant(undefined)),
        fields: fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 6 }),
        loose: fc.dictionary(
          fc.constantFrom("1", "9", "_1", "__proto__", "$ACTION_ID_x", "$ACTION_REF_1", "$ACTION_1:0", "$ACTION_KEY"),
          value,
          { maxKeys: 2 },
        ),
      })
      .map(({ root, first, fields, loose }) => {
        const form = new FormData();
        for (const [name, given] of fields) form.append(`1_${name}`, given);
        for (const [name, given] of Object.entries(loose)) form.append(name, given);
        if (first !== undefined) form.append("1", JSON.stringify(first) ?? "");
        form.append("0", JSON.stringify(root) ?? "");
        return form;
      }),
  },
);

function nested(depth: number): unknown {
  let value: unknown = "deep";
  for (let n = 0; n < depth; n++) value = [value];
  return [value];
}
