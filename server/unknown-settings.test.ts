import { expect, it } from "vitest";
import { findMistypedSettings } from "./unknown-settings";

it("a variable that is nearly a setting is named with the setting that was meant", () => {
  const env = { SIGNUP: "invite", PUBLICURL: "https://x.y", TRUST_PROXYS: "true", STORAGE_BYTE_MAX: "1G" };
  expect(findMistypedSettings(env)).toEqual([
    { name: "SIGNUP", meant: "SIGN_UP" },
    { name: "PUBLICURL", meant: "PUBLIC_URL" },
    { name: "TRUST_PROXYS", meant: "TRUST_PROXY" },
    { name: "STORAGE_BYTE_MAX", meant: "STORAGE_BYTES_MAX" },
  ]);
});

it("settings, empty variables and variables of other programs are left alone", () => {
  const env = {
    SIGN_UP: "invite",
    SIGNUP: "",
    HOME: "/root",
    PATH: "/bin",
    HOSTNAME: "a",
    npm_config_cache: "x",
    POSTGRES_URL: "x",
  };
  expect(findMistypedSettings(env)).toEqual([]);
});
