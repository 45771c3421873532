import type { Person } from "@/protocol/frames";

/** Beyond this many the names say less than their number. */
const NAMES_MAX = 3;

/** A stretch of the sentence; a name is kept apart from the words around it, for it may read the other way. */
export type SentencePart = { text: string; isName: boolean };

/** "Grace is typing…", "Grace and Ada are typing…", "Several people are typing…"; empty when nobody is. */
export function typingSentence(people: readonly Person[]): SentencePart[] {
  if (people.length === 0) return [];
  if (people.length > NAMES_MAX) return [words("Several people are typing…")];
  const parts = people.flatMap(({ name }, index) => [
    ...(index === 0 ? [] : [words(index === people.length - 1 ? " and " : ", ")]),
    { text: name, isName: true },
  ]);
  return [...parts, words(people.length === 1 ? " is typing…" : " are typing…")];
}

function words(text: string): SentencePart {
  return { text, isName: false };
}
