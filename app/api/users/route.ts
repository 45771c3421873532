import { z } from "zod";
import { newUser } from "@/server/domain/fields";
import { signUp } from "@/server/domain/users";
import { created } from "../answers";
import { toUser } from "../me";
import { routes } from "../routes";

const body = newUser.extend({
  inviteToken: z.string("inviteToken is a string.").optional(),
  setupToken: z.string("setupToken is a string.").optional(),
});

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: async (call) => created(toUser(await signUp({ ...(await call.body(body)), ...call.origin }))),
});
