"use client";

import { useSyncExternalStore } from "react";
import { portraitVersions } from "./portrait-versions";

/**
 * The picture of a person, over whatever stands for them without one: who has none gets an empty answer, and
 * nothing is drawn. Its parent is its frame, and is positioned.
 */
export function Portrait({ id }: { id: string }) {
  const version = useSyncExternalStore(
    portraitVersions.subscribe,
    () => portraitVersions.of(id),
    () => 0,
  );
  const address = `/pictures/person/${id}${version > 0 ? `?v=${version}` : ""}`;
  return (
    <span
      aria-hidden
      data-portrait
      className="absolute inset-0 rounded-[inherit] bg-center bg-cover"
      style={{ backgroundImage: `url("${address}")` }}
    />
  );
}
