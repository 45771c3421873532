"use client";

import { FrontDoor } from "@/components/account/front-door";
import { Button } from "@/components/ui/button";
import { fontVariables } from "./fonts";
import "./globals.css";

/** When the root layout itself fails: its own document, in the system's colours. */
export default function GlobalError({ retry }: { error: Error; retry: () => void }) {
  return (
    <html lang="en" className={fontVariables}>
      <body>
        <title>Something went wrong · Adda</title>
        <FrontDoor
          title="Something went wrong"
          intro="Nothing that was sent is lost. Try again; if it stays like this, tell whoever runs this server."
        >
          <Button size="lg" onClick={retry} className="w-full">
            Try again
          </Button>
        </FrontDoor>
      </body>
    </html>
  );
}
