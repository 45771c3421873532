import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { meet } from "./rooms";
import { chooseInRoomMenu, comeAlive, message, messages, openRoom, say } from "./talk";

test("a closed room refuses an outsider on its page, over REST and over the socket", async ({
  as,
  owner,
  expectTroubles,
}) => {
  expectTroubles(/status of 404/);
  const [grace, mallory] = await Promise.all([as("Grace"), as("Mallory")]);
  const room = await meet("Hideout", [grace]);
  await openRoom(grace, room);
  await say(grace, "Nobody else hears this");

  await expect(mallory.getByRole("link", { name: "Hideout" })).toHaveCount(0);
  for (const address of [room.slug, room.id]) {
    const answer = await mallory.goto(`/rooms/${address}`);
    expect(answer?.status()).toBe(404);
    expect(await answer?.text()).not.toContain("Hideout");
    await expect(mallory.getByRole("heading", { name: "Room not found or private" })).toBeVisible();
  }

  for (const somebody of [mallory.person, owner]) {
    for (const [method, path, body] of [
      ["GET", "", undefined],
      ["PATCH", "", { name: "Mine" }],
      ["PUT", "/members/me", undefined],
      ["POST", "/members", { userId: somebody.id }],
      ["GET", "/members", undefined],
      ["GET", "/messages", undefined],
      ["POST", "/messages", { message: "Let me in" }],
      ["POST", "/invites", {}],
    ] as const) {
      const refused = await somebody.fetch(method, `/api/rooms/${room.slug}${path}`, body);
      expect(refused.status, `${method} ${path}`).toBe(404);
      expect(await refused.json()).toMatchObject({ error: { code: "not_found" } });
    }
  }

  await mallory.goto("/rooms/lobby");
  await comeAlive(mallory);
  const frames = await speak(mallory, [
    { type: "join", payload: { roomId: room.id } },
    { type: "chat", payload: { roomId: room.id, message: "Let me in" } },
    { type: "typing", payload: { roomId: room.id } },
  ]);
  expect(frames).toEqual(["error not_found", "error not_found", "error not_joined"]);

  await say(grace, "Still alone");
  await expect(messages(grace).getByRole("paragraph")).toHaveText(["Nobody else hears this", "Still alone"]);
});

test("a room that closes shuts out who was only looking in", async ({ as, expectTroubles }) => {
  expectTroubles(/status of 404/);
  const [grace, mallory] = await Promise.all([as("Grace"), as("Mallory")]);
  const room = await grace.person.call<{ slug: string }>("POST", "/api/rooms", { name: "Glasshouse" });
  await openRoom(grace, room);
  await say(grace, "Look who is here");
  await mallory.goto(`/rooms/${room.slug}`);
  await expect(message(mallory, "Look who is here")).toBeVisible();

  await chooseInRoomMenu(grace, "Edit the room");
  const dialog = grace.getByRole("dialog", { name: "Edit the room" });
  await dialog.getByRole("radio", { name: "Private" }).check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();

  await mallory.getByRole("button", { name: "Join room" }).click();
  await expect(mallory.getByRole("status").filter({ hasText: "There is no such room" })).toBeVisible();
  await mallory.reload();
  await expect(mallory.getByRole("heading", { name: "Room not found or private" })).toBeVisible();
});

/** Speaks the protocol from within the page, with its cookie and origin. @returns the answers, one each. */
function speak(page: Page, frames: unknown[]): Promise<string[]> {
  return page.evaluate(
    (frames) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws`);
        const answers: string[] = [];
        socket.onopen = () => {
          for (const frame of frames) socket.send(JSON.stringify(frame));
        };
        socket.onmessage = ({ data }) => {
          const { type, payload } = JSON.parse(data);
          answers.push(`${type} ${payload.code}`);
          if (answers.length < frames.length) return;
          socket.close();
          resolve(answers);
        };
        socket.onerror = () => reject(new Error("The socket failed."));
      }),
    frames,
  );
}
