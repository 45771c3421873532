import { expect, it } from "vitest";
import { typingSentence } from "./typing-sentence";

const people = (...names: string[]) => names.map((name) => ({ id: name, name }));
const sentence = (...names: string[]) =>
  typingSentence(people(...names))
    .map(({ text }) => text)
    .join("");

it.each([
  [[], ""],
  [["Grace"], "Grace is typing…"],
  [["Grace", "Ada"], "Grace and Ada are typing…"],
  [["Grace", "Ada", "Linus"], "Grace, Ada and Linus are typing…"],
  [["Grace", "Ada", "Linus", "Alan"], "Several people are typing…"],
])("says who types: %j", (names, expected) => {
  expect(sentence(...names)).toBe(expected);
});

it("keeps a name apart from the words", () => {
  expect(typingSentence(people("مریم"))).toEqual([
    { text: "مریم", isName: true },
    { text: " is typing…", isName: false },
  ]);
});
