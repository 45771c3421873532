import { PAGE_MAX_SIZE } from "@/protocol/limits";
import { listServerRooms, serverRoomsAsked } from "@/server/domain/room-administration";
import { ok } from "../../answers";
import { routes, signedIn } from "../../routes";
import { wholeNumber } from "../../whole-number";

const asked = serverRoomsAsked.extend({ limit: wholeNumber("limit", 1, PAGE_MAX_SIZE).optional() });

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer, query }) => ok(await listServerRooms(viewer, query(asked)))),
});
