import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { meet } from "./rooms";
import { composer, openRoom, peopleHere } from "./talk";

test("who is here is counted and named; three tabs are one person", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Kitchen", [grace, linus]);
  await openRoom(grace, room);
  await expect(peopleHere(grace)).toHaveAccessibleName("1 person here now");

  await openRoom(linus, room);
  const tabs = [await linus.context().newPage(), await linus.context().newPage()];
  for (const tab of tabs) await openRoom(tab, room);
  for (const page of [grace, linus, ...tabs]) {
    await expect(peopleHere(page)).toHaveAccessibleName("2 people here now");
  }
  await peopleHere(grace).click();
  const names = grace.getByRole("dialog", { name: "People here now" }).getByRole("listitem");
  await expect(names).toHaveCount(2);
  await expect(names.filter({ hasText: "Grace" })).toContainText("you");
  await expect(names.filter({ hasText: "Linus" })).not.toContainText("you");

  await linus.getByRole("link", { name: "Lobby" }).click();
  await expect(linus.getByRole("heading", { level: 1, name: "Lobby" })).toBeVisible();
  await tabs[0]?.close();
  // One tab is left: still here. Somebody new shows that the news of the others have come.
  const ada = await as("Ada");
  await grace.person.call("POST", `/api/rooms/${room.id}/members`, { userId: ada.person.id });
  await openRoom(ada, room);
  await expect(peopleHere(grace)).toHaveAccessibleName("3 people here now");
  await tabs[1]?.close();
  await ada.close();
  await expect(peopleHere(grace)).toHaveAccessibleName("1 person here now");
});

test("who types is named, until the message comes or they stop", async ({ as }) => {
  const [grace, linus, ada] = await Promise.all([as("Grace"), as("Linus"), as("Ada")]);
  const room = await meet("Kitchen", [grace, linus, ada]);
  await Promise.all([grace, linus, ada].map((page) => openRoom(page, room)));

  await composer(linus).pressSequentially("Let me think");
  await expect(typing(grace)).toHaveText("Linus is typing…");
  await composer(ada).pressSequentially("So do I");
  await expect(typing(grace)).toHaveText("Linus and Ada are typing…");
  await composer(linus).press("Enter");
  await expect(typing(grace)).toHaveText("Ada is typing…");
  await expect(typing(linus)).toHaveText("Ada is typing…");
  await expect(typing(ada)).toHaveText("");
  // Who only stops is forgotten by and by.
  await expect(typing(grace)).toHaveText("");
});

function typing(page: Page) {
  return page.getByRole("form", { name: "Write a message" }).getByRole("paragraph").first();
}
