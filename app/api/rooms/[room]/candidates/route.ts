import { z } from "zod";
import { NAME_MAX_LENGTH } from "@/protocol/limits";
import { findCandidates } from "@/server/domain/acquaintances";
import { ok } from "../../../answers";
import { routes, signedIn } from "../../../routes";

const sentence = `query is a part of a name: 1 to ${NAME_MAX_LENGTH} characters.`;
const asked = z.object({ query: z.string(sentence).min(1, sentence).max(NAME_MAX_LENGTH, sentence) });

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer, param, query }) =>
    ok({ people: await findCandidates(viewer, param("room"), query(asked).query) }),
  ),
});
