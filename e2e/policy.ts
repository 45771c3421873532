import type { Response } from "@playwright/test";

const EXPECTED = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
};

/** What a page's answer lacks of the headers that every page carries. */
export function findPolicyFaults(response: Response): string[] {
  const headers = response.headers();
  const policy = headers["content-security-policy"] ?? "";
  const scripts = policy.split("; ").find((directive) => directive.startsWith("script-src ")) ?? "";
  const faults = Object.entries(EXPECTED)
    .filter(([name, value]) => headers[name] !== value)
    .map(([name]) => `${name} is ${headers[name]}`);
  if (!/'nonce-[\w+/=]{16,}'/.test(scripts) || scripts.includes("unsafe")) faults.push(`the policy is ${policy}`);
  if (!policy.includes("default-src 'self'")) faults.push("the policy has no strict default");
  if (headers["x-powered-by"]) faults.push("it tells what powers it");
  return faults.map((fault) => `${response.url()}: ${fault}`);
}
