import type { Page } from "@playwright/test";
import { PASSWORD } from "../test/support/person";
import { fillSignUp, signIn } from "./door";
import { expect, test } from "./fixtures";
import { meet } from "./rooms";
import { chooseInAccountMenu, comeAlive, composer } from "./talk";

test("somebody signs up, out, and in again", async ({ stranger, server }) => {
  const page = await stranger("/sign-up");
  await signUp(page, { name: "Grace", email: "not an address", password: "short" });
  await expect(page.getByRole("textbox", { name: "Email address" })).toHaveAccessibleDescription(/address/i);
  await expect(page.getByRole("textbox", { name: "Email address" })).toBeFocused();
  await expect(page.getByRole("textbox", { name: "Your name" })).toHaveValue("Grace");

  const email = `grace.${Date.now()}@example.org`;
  await signUp(page, { name: "Grace", email, password: "short" });
  await expect(page.getByRole("textbox", { name: "Password" })).toHaveAccessibleDescription(/8 characters/);
  await signUp(page, { name: "Grace", email, password: PASSWORD });
  await expect(page).toHaveURL(`${server.url}/rooms/lobby`);
  await comeAlive(page);

  await chooseInAccountMenu(page, "Sign out");
  await expect(page).toHaveURL(`${server.url}/sign-in`);
  await page.goto("/rooms/lobby");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await signIn(page, { email: email.toUpperCase(), password: PASSWORD });
  await expect(page).toHaveURL(`${server.url}/rooms/lobby`);
  await expect(page.getByRole("button", { name: /^Grace ?, account menu$/ })).toBeVisible();
});

test("a wrong password and an unknown address get one and the same answer", async ({ stranger, as }) => {
  const grace = await as("Grace");
  const page = await stranger("/sign-in");
  const answer = page.getByRole("alert").filter({ hasText: /./ });

  await signIn(page, { email: grace.person.email, password: "not her password" });
  await expect(answer).toHaveText("Email address and password do not match.");
  await expect(page.getByRole("textbox", { name: "Email address" })).toHaveValue(grace.person.email);

  await page.reload();
  await signIn(page, { email: "nobody@example.org", password: "not her password" });
  await expect(answer).toHaveText("Email address and password do not match.");
});

test("who guesses on has to wait, and is told how long", async ({ stranger, as }) => {
  const grace = await as("Grace");
  const page = await stranger("/sign-in");
  await expect(async () => {
    await signIn(page, { email: grace.person.email, password: "a guess" });
    await expect(page.getByRole("alert").filter({ hasText: "please wait" })).toBeVisible({ timeout: 1_000 });
  }).toPass({ intervals: [0] });
  await expect(page.getByRole("button", { name: /^Try again in \d+ s$/ })).toBeVisible();
});

test("a form that is too long says so", async ({ stranger }) => {
  const page = await stranger("/sign-in");
  await signIn(page, { email: "grace@example.org", password: "x".repeat(40_000) });
  await expect(page.getByText("This is too long to send")).toBeVisible();
});

test("an address that is taken is told to nobody but its owner", async ({ stranger, as }) => {
  const grace = await as("Grace");
  const page = await stranger("/sign-up");
  await signUp(page, { name: "Mallory", email: grace.person.email, password: "another password" });
  await expect(page.getByRole("alert").filter({ hasText: "This did not make an account." })).toBeVisible();
  await expect(page).toHaveURL(/\/sign-up$/);
});

test("signing out everywhere ends the other browser within a second", async ({ as }) => {
  const laptop = await as("Grace");
  const phone = await as(laptop.person);
  const [socket] = await Promise.all([phone.waitForEvent("websocket"), phone.reload()]);
  await comeAlive(phone);
  await composer(phone).fill("not sent yet");

  await chooseInAccountMenu(laptop, "Sign out everywhere");
  const answered = laptop.waitForResponse((response) => response.request().method() === "POST");
  const closed = socket.waitForEvent("close").then(() => Date.now());
  await laptop.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
  await answered;
  const answeredAt = Date.now();
  expect((await closed) - answeredAt).toBeLessThan(1_000);

  await expect(laptop).toHaveURL(/\/sign-in$/);
  await expect(phone.getByText("You were signed out.")).toBeVisible();
  await signIn(phone, laptop.person);
  await expect(composer(phone)).toHaveValue("not sent yet");
});

test("a new password ends every other session and this one goes on", async ({ as, stranger }) => {
  const laptop = await as("Grace");
  const phone = await as(laptop.person);

  await chooseInAccountMenu(laptop, "Settings");
  const form = laptop.getByRole("region", { name: "Password" });
  await form.getByRole("textbox", { name: "Current password" }).fill("wrong");
  await form.getByRole("textbox", { name: "New password" }).fill("an even longer password");
  await form.getByRole("button", { name: "Change the password" }).click();
  await expect(form.getByRole("textbox", { name: "Current password" })).toHaveAccessibleDescription(/not your current/);
  await form.getByRole("textbox", { name: "Current password" }).fill(PASSWORD);
  await form.getByRole("button", { name: "Change the password" }).click();
  await expect(laptop.getByRole("status").filter({ hasText: "Your password is changed." })).toBeVisible();

  await expect(phone.getByText("You were signed out.")).toBeVisible();
  await laptop.goto("/");
  await comeAlive(laptop);

  const later = await stranger("/sign-in");
  await signIn(later, { ...laptop.person, password: "an even longer password" });
  await expect(later).toHaveURL(/\/rooms\/lobby$/);
});

test("a browser that was signed out elsewhere lands at the sign-in, and in the room that it wanted after it", async ({
  as,
  stranger,
}) => {
  const grace = await as("Grace");
  const room = await meet("Study", [grace]);
  const kept = await grace.context().storageState();
  await chooseInAccountMenu(grace, "Sign out");
  await expect(grace).toHaveURL(/\/sign-in$/);

  const stale = await stranger(`/rooms/${room.slug}`, { storageState: kept });
  await expect(stale.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await signIn(stale, grace.person);
  await expect(stale.getByRole("heading", { level: 1, name: "Study" })).toBeVisible();
  await comeAlive(stale);
});

test("with sign-up by invitation, only a link lets somebody in", async ({ startServer, stranger }) => {
  const server = await startServer({ SIGN_UP: "invite" });
  const ada = await stranger("/", { server });
  await fillSignUp(ada, { name: "Ada", email: "ada@example.org", password: PASSWORD });
  await ada.getByRole("button", { name: "Create the first account" }).click();
  await comeAlive(ada);

  const grace = await stranger("/sign-in", { server });
  await expect(grace.getByText("Ask somebody who is in for an invite link.")).toBeVisible();
  await grace.goto("/sign-up");
  await expect(grace.getByRole("heading", { name: "Adda is by invitation here" })).toBeVisible();
  await expect(grace.getByRole("textbox")).toHaveCount(0);
  const answer = await grace.request.post("/api/users", {
    data: { name: "Grace", email: "grace@example.org", password: PASSWORD },
  });
  expect(answer.status()).toBe(403);

  await chooseInAccountMenu(ada, "Settings");
  const invites = ada.getByRole("region", { name: "Invite people" });
  await invites.getByRole("button", { name: "Create link" }).click();
  const link = await invites.getByRole("textbox", { name: "Invite link" }).inputValue();

  await grace.goto(link);
  await expect(grace.getByRole("heading", { name: "Ada invites you to Adda" })).toBeVisible();
  await fillSignUp(grace, { name: "Grace", email: "grace@example.org", password: PASSWORD });
  await grace.getByRole("button", { name: "Create the account and join" }).click();
  await expect(grace).toHaveURL(`${server.url}/rooms/lobby`);
});

async function signUp(page: Page, account: { name: string; email: string; password: string }): Promise<void> {
  await fillSignUp(page, account);
  await page.getByRole("button", { name: "Create the account" }).click();
}
