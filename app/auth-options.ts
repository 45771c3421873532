import { randomUUID } from "node:crypto";
import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { config } from "@/server/config";
import { Refused } from "@/server/domain/refused";
import {
  isSecure,
  readClaims,
  SESSION_COOKIE,
  SESSION_MAX_AGE_S,
  sessionCookieOptions,
  toSeconds,
  unsealToken,
} from "@/server/domain/session-cookie";
import { endSession, proveSession } from "@/server/domain/sessions";
import { type Origin, signIn } from "@/server/domain/users";
import type { Viewer } from "@/server/domain/viewer";
import { log } from "@/server/log";

declare module "next-auth" {
  interface User {
    sessionVersion: number;
  }
}

/**
 * A function, since the configuration is not known while Next builds.
 * @param onSignIn is told who has just given the right password.
 */
export function authOptions(origin: Origin, onSignIn: (viewer: Viewer) => void): NextAuthOptions {
  // next-auth takes its own address from nowhere else.
  process.env.NEXTAUTH_URL = config().publicUrl;

  return {
    secret: config().authSecret,
    jwt: { decode: unsealToken },
    session: { strategy: "jwt", maxAge: SESSION_MAX_AGE_S },
    pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
    useSecureCookies: isSecure(),
    cookies: { sessionToken: { name: SESSION_COOKIE(isSecure()), options: sessionCookieOptions() } },
    providers: [password(origin, onSignIn)],
    callbacks: {
      /** At sign-in the cookie gets what it has to say; a renewal leaves that as it is. */
      jwt: ({ token, user }) =>
        user
          ? {
              sub: user.id,
              sid: randomUUID(),
              sessionVersion: user.sessionVersion,
              confirmedAt: toSeconds(new Date()),
            }
          : token,

      /** A session that was revoked throws, and next-auth then answers that nobody is signed in. */
      async session({ session, token }) {
        const claims = readClaims(token);
        const proof = claims && (await proveSession(claims));
        if (!proof) throw new Error("The session was revoked.");
        const { id, name, email, role } = proof.viewer;
        return { expires: session.expires, user: { id, name, email, role } };
      },
    },
    events: {
      async signOut({ token }) {
        const claims = readClaims(token);
        if (claims) await endSession(claims);
      },
    },
    logger: {
      error: (code, metadata) => log.debug({ code, metadata }, "next-auth refused a request."),
      warn: (code) => log.warn({ code }, "next-auth warns."),
      debug: () => undefined,
    },
  };
}

function password(origin: Origin, onSignIn: (viewer: Viewer) => void) {
  return CredentialsProvider({
    name: "your password",
    credentials: { email: { label: "Email", type: "email" }, password: { label: "Password", type: "password" } },
    async authorize(credentials) {
      const { email = "", password = "" } = credentials ?? {};
      try {
        const viewer = await signIn({ email, password, ...origin });
        onSignIn(viewer);
        return viewer;
      } catch (error) {
        if (error instanceof Refused) throw error;
        // next-auth shows the message of what is thrown here.
        log.error({ err: error }, "A sign-in failed.");
        throw new Error("Something went wrong here. It was logged; please try again.");
      }
    },
  });
}
