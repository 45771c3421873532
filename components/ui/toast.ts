import type { ErrorPayload } from "@/protocol/errors";

export type Toast = {
  id: number;
  tone: "info" | "success" | "danger";
  text: string;
  action?: { label: string; run: () => void };
};

const SHOWN_MAX = 3;
const NONE: readonly Toast[] = [];

let toasts: readonly Toast[] = NONE;
let lastId = 0;
const listeners = new Set<() => void>();

/** Says something briefly at the edge of the screen. For what must not be missed use a Notice. */
export const toast = {
  info: (text: string, action?: Toast["action"]) => show({ tone: "info", text, action }),
  success: (text: string, action?: Toast["action"]) => show({ tone: "success", text, action }),
  danger: (text: string, action?: Toast["action"]) => show({ tone: "danger", text, action }),
};

/** Says why a button's action was refused. */
export function showRefusal({ message }: ErrorPayload): void {
  toast.danger(message);
}

export function dismissToast(id: number): void {
  set(toasts.filter((shown) => shown.id !== id));
}

export const toastStore = {
  get: () => toasts,
  getOnServer: () => NONE,
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

function show(toast: Omit<Toast, "id">): number {
  const id = ++lastId;
  set([...toasts.filter(({ text }) => text !== toast.text), { ...toast, id }].slice(-SHOWN_MAX));
  return id;
}

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}
