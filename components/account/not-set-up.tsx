import { FrontDoor } from "./front-door";

/** What a visitor sees while nobody owns the server and they have no setup link. */
export function NotSetUp({ title = "This server is not set up yet" }: { title?: string }) {
  return (
    <FrontDoor title={title}>
      <div className="flex flex-col gap-4">
        <p>
          Open the setup link that <Code>npm start</Code> printed. It is valid for a week.
        </p>
        <p>No link? The person who runs this server can print a new one:</p>
        <pre className="overflow-x-auto rounded-md bg-muted px-3 py-2.5 font-mono text-sm">
          npm run adda -- setup-link
        </pre>
      </div>
    </FrontDoor>
  );
}

function Code({ children }: { children: string }) {
  return <code className="whitespace-nowrap rounded bg-muted px-1 py-0.5 font-mono text-[0.9em]">{children}</code>;
}
