/** What the server and its child processes say to each other. */
export type Asked = { name: string; input: unknown };

export type Answer = "ready" | { value: unknown } | { error: { name: string; message: string; field?: string } };
