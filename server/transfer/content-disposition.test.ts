import fc from "fast-check";
import { expect, it } from "vitest";
import { contentDisposition } from "./content-disposition";

it("says a name in ASCII for old readers and as it is for others", () => {
  expect(contentDisposition("attachment", 'Über "uns" 100%.pdf')).toBe(
    `attachment; filename="Uber _uns_ 100_.pdf"; filename*=UTF-8''%C3%9Cber%20%22uns%22%20100%25.pdf`,
  );
});

it("is one header with the very name in it, whatever the name", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      const header = contentDisposition("inline", name);
      expect(header).toMatch(/^inline; filename="[ !#-$&-[\]-~]*"; filename\*=UTF-8''[\w.%~-]*$/);
      expect(decodeURIComponent(header.split("''")[1] ?? "")).toBe(name.toWellFormed());
    }),
  );
});
