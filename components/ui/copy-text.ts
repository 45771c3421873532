import { toast } from "./toast";

/** @returns whether it is copied; where a browser does not let us, it is said what to do instead. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without HTTPS a browser has no clipboard.
    toast.info("This browser does not let us copy. Select the text and copy it yourself.");
    return false;
  }
}
