import { fillSignUp } from "./door";
import { expect, test } from "./fixtures";
import { chooseInAccountMenu, comeAlive, log, openRoom } from "./talk";

test("the first visitor becomes the owner and is welcomed in the lobby", async ({ startServer, stranger }) => {
  const server = await startServer();
  const ada = await stranger("/", { server });
  await expect(ada).toHaveTitle("Create an account · Adda");
  await expect(ada.getByRole("heading", { name: "Set up Adda" })).toBeVisible();

  await fillSignUp(ada, { name: "Ada", email: "ada@example.org", password: "a long password" });
  await ada.getByRole("button", { name: "Create the first account" }).click();

  await expect(ada).toHaveURL(`${server.url}/rooms/lobby`);
  await expect(ada.getByRole("heading", { level: 1, name: "Lobby" })).toBeVisible();
  await expect(log(ada).getByRole("article")).toHaveCount(1);
  await expect(log(ada)).toContainText("Welcome to Adda! This is the lobby: everybody who signs up is in it.");
  await comeAlive(ada);
  await chooseInAccountMenu(ada, "Settings");
  await expect(ada.getByRole("region", { name: "You" })).toContainText("Owner");

  const grace = await stranger("/", { server });
  await expect(grace.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await grace.getByRole("link", { name: "Create an account" }).click();
  await expect(grace.getByRole("heading", { name: "Create an account" })).toBeVisible();
});

test("somebody elsewhere opens the setup link that the start printed, and is told so without it", async ({
  startServer,
  stranger,
}) => {
  const server = await startServer();
  const link = /http:\S+\/setup\/\S+/.exec(server.output())?.[0] ?? "";
  const elsewhere = { server, extraHTTPHeaders: { "X-Forwarded-For": "192.168.1.7" } };
  const ada = await stranger("/", elsewhere);
  await expect(ada.getByRole("heading", { name: "This server is not set up yet" })).toBeVisible();
  await expect(ada.getByRole("textbox")).toHaveCount(0);
  await ada.goto(`${link}x`);
  await expect(ada.getByRole("heading", { name: "This setup link is not valid" })).toBeVisible();

  await ada.goto(link);
  await fillSignUp(ada, { name: "Ada", email: "ada@example.org", password: "a long password" });
  await ada.getByRole("button", { name: "Create the first account" }).click();
  await expect(ada).toHaveURL(`${server.url}/rooms/lobby`);
  await comeAlive(ada);
  await ada.goto(link);
  await expect(ada).toHaveURL(`${server.url}/rooms/lobby`);
});

test("the room visited last opens next time", async ({ as }) => {
  const grace = await as("Grace");
  const study = await grace.person.call<{ slug: string }>("POST", "/api/rooms", { name: "Study", kind: "closed" });
  await expect(grace).toHaveURL(/\/rooms\/lobby$/);

  await openRoom(grace, study);
  await grace.goto("/");
  await expect(grace).toHaveURL(new RegExp(`/rooms/${study.slug}$`));

  const phone = await as(grace.person);
  await expect(phone).toHaveURL(new RegExp(`/rooms/${study.slug}$`));
  await phone.getByRole("link", { name: "Lobby" }).click();
  await expect(phone.getByRole("heading", { level: 1, name: "Lobby" })).toBeVisible();
  await comeAlive(phone);

  await grace.goto("/");
  await expect(grace).toHaveURL(/\/rooms\/lobby$/);
});
