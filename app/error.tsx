"use client";

import { FrontDoor } from "@/components/account/front-door";
import { Button } from "@/components/ui/button";

type ErrorPageProps = { error: Error & { digest?: string }; retry: () => void };

export default function ErrorPage({ error, retry }: ErrorPageProps) {
  return (
    <FrontDoor
      title="Something went wrong"
      intro="Nothing that was sent is lost. Try again; if it stays like this, tell whoever runs this server."
    >
      <div className="flex flex-col gap-4">
        <Button size="lg" onClick={retry}>
          Try again
        </Button>
        {error.digest && (
          <p className="text-center text-muted-foreground text-sm">
            The log names it <code className="font-mono">{error.digest}</code>
          </p>
        )}
      </div>
    </FrontDoor>
  );
}
