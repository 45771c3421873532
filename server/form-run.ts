import { AsyncLocalStorage } from "node:async_hooks";

/** A form or server action that Next is answering. `isReached`: its body was decoded, and our own code runs. */
type FormRun = { isReached: boolean };

const KEY = Symbol.for("adda.form-run");
/** Pages and the server have a copy of this module each, and one run. */
const holder = globalThis as typeof globalThis & { [KEY]?: AsyncLocalStorage<FormRun> };
holder[KEY] ??= new AsyncLocalStorage();
const runs = holder[KEY];

export function runForm<Value>(run: FormRun, answer: () => Value): Value {
  return runs.run(run, answer);
}

/** Every server action says so first (app/define-action.ts): from here on a failure is ours. */
export function reachAction(): void {
  const run = runs.getStore();
  if (run) run.isReached = true;
}

/** Whether Next still decodes a form: what fails now is the sender's mistake, and no error of the server. */
export function isDecodingForm(): boolean {
  return runs.getStore()?.isReached === false;
}
