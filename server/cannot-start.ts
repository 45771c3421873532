/** A reason not to start that the operator can do something about: told as it is, without a stack. */
export class CannotStart extends Error {
  override name = "CannotStart";
}
