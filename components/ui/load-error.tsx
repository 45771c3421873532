import type { ErrorPayload } from "@/protocol/errors";
import { Button } from "./button";
import { Notice } from "./notice";

/** A list that could not be read, and the way to try again. */
export function LoadError({ error, onRetry }: { error: ErrorPayload; onRetry: () => void }) {
  return (
    <Notice tone="danger">
      {error.message}{" "}
      <Button variant="link" onClick={onRetry}>
        Try again
      </Button>
    </Notice>
  );
}
