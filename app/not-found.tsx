import type { Metadata } from "next";
import Link from "next/link";
import { FrontDoor } from "@/components/account/front-door";
import { Button } from "@/components/ui/button";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <FrontDoor title="There is nothing here" intro="The address is wrong, or what was here is gone.">
      <Button asChild size="lg" className="w-full">
        <Link href="/">Back to your rooms</Link>
      </Button>
    </FrontDoor>
  );
}
