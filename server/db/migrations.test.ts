import { expect, it } from "vitest";
import { findBreaking } from "./migrations";

it("lets the version before go on through what only adds, and through what removes things that it knows to be unused", () => {
  expect(findBreaking([])).toEqual([]);
  expect(findBreaking(["1_expand_pins", "2_expand_polls"])).toEqual([]);
  expect(findBreaking(["1_contract_titles", "2_contract_topics", "3_expand_pins"])).toEqual([]);
});

it("stops a version that lacks the expansion before a contraction: it may still use what is removed", () => {
  expect(findBreaking(["1_expand_names", "2_contract_titles"])).toEqual(["2_contract_titles"]);
});

it("stops a version at everything that promises nothing", () => {
  expect(findBreaking(["1_expand_pins", "20261126201500_deactivation", "3_break_log", "4_pins_expand_"])).toEqual([
    "20261126201500_deactivation",
    "3_break_log",
    "4_pins_expand_",
  ]);
});
