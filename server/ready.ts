/** What a process tells the one that started it, once it serves. */
export const READY = "adda:ready";
