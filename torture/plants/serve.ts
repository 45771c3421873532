import "@/server/environment";
import { parseArgs } from "node:util";
import { patchWith } from "./server-plants";

// Starts the server as `server/main.ts` does, after a plant has changed it. What may be planted is in server-plants.ts.

const { values } = parseArgs({ options: { plant: { type: "string" }, "link-port": { type: "string" } } });
await patchWith({ plant: values.plant, linkPort: values["link-port"] });
await import("@/server/main");
