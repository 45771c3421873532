import { FrontDoor } from "./front-door";
import { SignUpForm } from "./sign-up-form";

/** Where the owner of a new server makes their account. */
export function FirstAccount({ setupToken }: { setupToken?: string }) {
  return (
    <FrontDoor title="Set up Adda" intro="Create the first account. You will be the owner of this server.">
      <SignUpForm next="/" setupToken={setupToken} deed="Create the first account" />
    </FrontDoor>
  );
}
