import { distance } from "fastest-levenshtein";
import { environment } from "./config";

/** A shorter name is near to too many others: `HOME` is not a mistyped `HOST`. */
const LENGTH_MIN = 6;

/**
 * Variables that look like a setting and are none, each with the setting that was probably meant: `SIGNUP` for `SIGN_UP`.
 * The environment has many variables of others, so only near misses count.
 */
export function findMistypedSettings(env: Record<string, string | undefined>): { name: string; meant: string }[] {
  const known = Object.keys(environment.shape);
  return Object.keys(env).flatMap((name) => {
    if (known.includes(name) || name.length < LENGTH_MIN || env[name] === "") return [];
    const meant = known.find((setting) => distance(plain(name), plain(setting)) <= allowed(setting));
    return meant ? [{ name, meant }] : [];
  });
}

function plain(name: string): string {
  return name.toUpperCase().replaceAll(/[_-]/g, "");
}

function allowed(setting: string): number {
  return setting.length >= 10 ? 2 : setting.length >= LENGTH_MIN ? 1 : 0;
}
