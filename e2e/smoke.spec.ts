import { expect, test } from "./fixtures";

test("somebody new comes in and is in the lobby", async ({ as }) => {
  const grace = await as("Grace");
  await expect(grace).toHaveURL(/\/rooms/);
  await expect(grace).toHaveTitle(/Adda/);
});

test("a stranger is shown the door, with the strict policy on it", async ({ stranger }) => {
  const page = await stranger("/rooms/lobby");
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
});
