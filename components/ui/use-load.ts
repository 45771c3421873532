"use client";

import { useCallback, useEffect, useState } from "react";
import type { ErrorPayload } from "@/protocol/errors";
import type { ActionResult } from "./action-result";

type Loaded<Value> = { value: Value | null; error: ErrorPayload | null };

/**
 * What a server action answers, loaded when the component appears and again by `reload`; what was
 * there stays until then. `load` must keep its identity between renders.
 */
export function useLoad<Value>(load: () => Promise<ActionResult<Value>>) {
  const [loaded, setLoaded] = useState<Loaded<Value>>({ value: null, error: null });

  const reload = useCallback(async () => {
    const result = await load().catch(() => null);
    setLoaded(({ value }) => {
      if (result?.ok) return { value: result.value, error: null };
      return { value, error: result?.error ?? { code: "internal", message: "The server cannot be reached." } };
    });
  }, [load]);

  useEffect(() => void reload(), [reload]);
  return { ...loaded, reload };
}
