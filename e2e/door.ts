import { expect, type Page } from "@playwright/test";

type Account = { name: string; email: string; password: string };

export async function fillSignUp(page: Page, { name, email, password }: Account): Promise<void> {
  await page.getByRole("textbox", { name: "Your name" }).fill(name);
  await page.getByRole("textbox", { name: "Email address" }).fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
}

export async function signIn(page: Page, { email, password }: Omit<Account, "name">): Promise<void> {
  // The page that one comes from may have fields of the same names.
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByRole("textbox", { name: "Email address" }).fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}
